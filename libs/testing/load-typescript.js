import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * Lets Node load the TypeScript sources as they are now, not an older build: for jest's globalSetup, which jest loads
 * outside its transforms, and for programs that a test starts (`node --import .../load-typescript.js`).
 */
export const hooks = registerHooks({ resolve: resolveSource, load: loadSource });

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
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
  return { format: 'module', shortCircuit: true, source: code };
}
