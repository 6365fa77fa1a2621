/**
 * Writes src/classification/generated/network-table.ts: the address ranges of the networks that the classification rules know,
 * from `@ip-location-db/asn` (RouteViews, NRO and DB-IP data, CC BY 4.0), which npm is asked for and which is thrown
 * away again. Run by hand when the table has grown old: `node apps/analytics-service/scripts/build-network-table.mjs`.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PACKAGE = '@ip-location-db/asn';
const TABLE = join(import.meta.dirname, '../src/classification/generated/network-table.ts');

/** Networks by AS number; the first word is the rules' kind of network, the second a name for the reason. */
const NETWORKS = {
  'scanner proofpoint': [22843, 26211, 52129, 13916],
  'scanner mimecast': [30031, 33538, 397726, 39588, 42427, 60492, 208638, 37235, 136792],
  'scanner barracuda': [15324],
  'scanner ironport': [16417, 30238, 30215, 40427],
  'scanner trend': [16880, 132229],
  'scanner paloalto': [54538],
  'microsoft microsoft': [8075],
  'hosting amazon': [16509, 14618, 8987],
  'hosting google': [396982],
  'hosting digitalocean': [14061],
  'hosting ovh': [16276],
  'hosting hetzner': [24940, 213230],
  'hosting linode': [63949],
  'hosting vultr': [20473],
  'hosting oracle': [31898],
  'hosting alibaba': [45102, 37963],
  'hosting tencent': [132203, 45090],
  'hosting ibm': [36351],
  'hosting leaseweb': [60781, 28753, 30633],
  'hosting scaleway': [12876],
  'hosting contabo': [51167],
  'hosting m247': [9009],
  'hosting datacamp': [60068, 212238],
  'hosting rackspace': [19994, 27357, 33070],
  'hosting ionos': [8560],
  'neutral zscaler': [22616, 62044, 53813, 53444],
  'neutral netskope': [55256],
  'neutral cloudflare': [13335],
  'neutral fastly': [54113],
  'neutral akamai': [36183],
};

const names = Object.keys(NETWORKS);
const indexOf = new Map(names.flatMap((name, index) => NETWORKS[name].map((asn) => [String(asn), index])));

const folder = mkdtempSync(join(tmpdir(), 'network-table-'));
try {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', PACKAGE, '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  execFileSync('tar', ['-xzf', packed.filename], { cwd: folder });
  const { version } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  const v4 = merge(await readRanges(join(folder, 'package/asn-ipv4-num.csv')));
  const v6 = merge(await readRanges(join(folder, 'package/asn-ipv6-num.csv')));
  writeFileSync(TABLE, render({ version, v4, v6: v6.map(toUpperHalf) }));
  process.stdout.write(`${v4.length} IPv4 and ${v6.length} IPv6 ranges from ${PACKAGE} ${version}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function readRanges(file) {
  const ranges = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [first, last, asn] = line.split(',', 3);
    const network = indexOf.get(asn);
    if (network !== undefined) ranges.push({ first: BigInt(first), last: BigInt(last), network });
  }
  return ranges.sort((a, b) => (a.first < b.first ? -1 : 1));
}

/** Neighbouring ranges of one network become one. */
function merge(ranges) {
  const merged = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous && previous.network === range.network && previous.last + 1n >= range.first) {
      if (range.last > previous.last) previous.last = range.last;
    } else merged.push({ ...range });
  }
  return merged;
}

/** No network is smaller than a /64. */
function toUpperHalf({ first, last, network }) {
  return { first: first >> 64n, last: last >> 64n, network };
}

/** `first+length-network` in base 36, each `first` counted from the end of the range before. */
function encode(ranges) {
  let end = 0n;
  return ranges
    .map(({ first, last, network }) => {
      const text = `${(first - end).toString(36)}+${(last - first).toString(36)}-${network.toString(36)}`;
      end = last;
      return text;
    })
    .join(' ');
}

function render({ version, v4, v6 }) {
  const dated = version.split('.')[2];
  const date = `${dated.slice(0, 4)}-${dated.slice(4, 6)}-${dated.slice(6, 8)}`;
  return `// Written by scripts/build-network-table.mjs; do not edit.
// Source: ${PACKAGE} ${version}, made from RouteViews (routeviews.org), NRO (nro.net) and DB-IP (db-ip.com) data,
// reduced to the networks named here. Licence of the data: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/

/** Day of the routing data. */
export const NETWORK_TABLE_DATE = '${date}';

/** Kind and name, by index. */
export const NETWORK_NAMES = ${JSON.stringify(names)} as const;

/** Ranges of IPv4 addresses: \`start+length-index\` in base 36, each start counted from the last address of the range before. */
export const IPV4_RANGES =
  '${encode(v4)}';

/** Ranges of the upper 64 bits of IPv6 addresses, written likewise. */
export const IPV6_RANGES =
  '${encode(v6)}';
`;
}
