import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * Gives a run of medium or end-to-end tests its provisioner. Jest loads this file with Node's own import, outside
 * its transforms, so the hooks below let it load the TypeScript sources as they are now, not an older build.
 */
export default async function setUp() {
  const hooks = registerHooks({ resolve: resolveSource, load: loadSource });
  const { startProvisioner, PROVISIONER_URL } = await import('./src/provisioner.js');
  hooks.deregister();
  const provisioner = await startProvisioner();
  process.env[PROVISIONER_URL] = provisioner.url;
  globalThis.footfallProvisioner = provisioner;
}

const LIBRARY = /^#(contracts|events|platform|testing)$/;

function resolveSource(specifier, context, next) {
  const library = LIBRARY.exec(specifier)?.[1];
  if (library) return next(new URL(`../${library}/src/index.ts`, import.meta.url).href, context);
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const source = new URL(`${specifier.slice(0, -3)}.ts`, context.parentURL);
    if (existsSync(fileURLToPath(source))) return next(source.href, context);
  }
  return next(specifier, context);
}

function loadSource(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
  return { format: 'module', shortCircuit: true, source: code };
}
