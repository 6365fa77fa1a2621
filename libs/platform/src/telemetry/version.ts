import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** Of Footfall, as package.json says. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const path = findPackageJSON(import.meta.url);
  return path ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : 'unknown';
}
