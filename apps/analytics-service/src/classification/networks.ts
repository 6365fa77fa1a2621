import { IPV4_RANGES, IPV6_RANGES, NETWORK_NAMES } from './generated/network-table.js';

/** What the rules make of a network. Neutral ones are corporate proxies and privacy relays: people stand behind them. */
export type NetworkKind = 'scanner' | 'hosting' | 'microsoft' | 'neutral';

export interface Network {
  kind: NetworkKind;
  /** Whose it is, for the reason: `proofpoint`, `amazon`. */
  name: string;
}

/** Ranges in ascending order, both ends included; `networks` says whose each is. */
interface Ranges<A> {
  firsts: ArrayLike<A>;
  lasts: ArrayLike<A>;
  networks: Uint8Array;
}

const NETWORKS: readonly Network[] = NETWORK_NAMES.map((text) => {
  const [kind = '', name = ''] = text.split(' ');
  return { kind: kind as NetworkKind, name };
});
const ENTRY = /^(\w+)\+(\w+)-(\w+)$/;
const IPV4 = toNumbers(decode(IPV4_RANGES));
const IPV6 = decode(IPV6_RANGES);

/** The network of interest that an address lies in; undefined for any other address and for what is none. */
export function findNetwork(ip: string): Network | undefined {
  if (!ip.includes(':')) return findIn(IPV4, readIpv4(ip));
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  return mapped ? findIn(IPV4, readIpv4(mapped)) : findIn(IPV6, readUpperHalf(ip));
}

/** Binary search: the last range that begins at or before the address is the only one that can hold it. */
function findIn<A extends number | bigint>(
  { firsts, lasts, networks }: Ranges<A>,
  address: A | undefined,
): Network | undefined {
  if (address === undefined) return undefined;
  let low = 0;
  let high = firsts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] as A) > address) high = middle - 1;
    else if ((lasts[middle] as A) < address) low = middle + 1;
    else return NETWORKS[networks[middle] ?? -1];
  }
  return undefined;
}

function readIpv4(ip: string): number | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4) return undefined;
  const address = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  return Number.isInteger(address) ? address : undefined;
}

/** The upper 64 bits of an IPv6 address. */
function readUpperHalf(ip: string): bigint | undefined {
  const [head = '', tail] = ip.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
    const missing = 8 - groups.length - after;
    for (let i = 0; i < missing; i++) groups.push('0');
    if (tail !== '') groups.push(...tail.split(':'));
  }
  const upper = groups.slice(0, 4);
  if (upper.length < 4 || !upper.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return upper.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function decode(text: string): Ranges<bigint> {
  let end = 0n;
  const rows = text.split(' ').map((entry) => {
    const [, gap = '', length = '', network = ''] = ENTRY.exec(entry) ?? [];
    const first = end + readBase36(gap);
    end = first + readBase36(length);
    return { first, last: end, network: Number.parseInt(network, 36) };
  });
  return {
    firsts: rows.map(({ first }) => first),
    lasts: rows.map(({ last }) => last),
    networks: Uint8Array.from(rows, ({ network }) => network),
  };
}

function readBase36(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}

function toNumbers({ firsts, lasts, networks }: Ranges<bigint>): Ranges<number> {
  return {
    firsts: Float64Array.from(Array.from(firsts, Number)),
    lasts: Float64Array.from(Array.from(lasts, Number)),
    networks,
  };
}
