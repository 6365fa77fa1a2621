import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = join(import.meta.dirname, '../../dist/dashboard');

/** Writes `x.gz` and `x.br` beside every text file, once: neither standalone nor the edge compresses on request. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|css|svg)$/.test(entry)) continue;
      const path = join(outDir, entry);
      const bytes = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(bytes));
    }
  },
};

const api = process.env.FOOTFALL_URL ?? 'http://localhost:5000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [compressed],
  build: {
    chunkSizeWarningLimit: 1_000,
    outDir,
    emptyOutDir: true,
    // Nothing inline: the Content-Security-Policy takes scripts and pictures from files of this site only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/track', '/resume', '/cover-letter', '/download', '/documents', '/templates'].map((path) => [
        path,
        api,
      ]),
    ),
  },
});
