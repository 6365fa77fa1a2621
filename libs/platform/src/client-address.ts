import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Who sent a request, as far as the proxies in front are trusted to say. */
export interface Client {
  /** Undefined when it cannot be known. */
  ip: string | undefined;
  /** Whether the visitor came over HTTPS. */
  secure: boolean;
}

export type ReadClient = (request: {
  socket: { remoteAddress?: string | undefined; encrypted?: boolean };
  headers: IncomingHttpHeaders;
}) => Client;

/** Longest list of hops that is read; what is longer was not written by proxies. */
const MAX_FORWARDED_FOR = 2_000;

/**
 * Reads the visitor's address: the rightmost hop of `X-Forwarded-For` that is not one of `trusted`. What stands
 * further left was written by the visitor. Without trusted proxies, or when the connection does not come from
 * one, `X-Forwarded-*` is ignored.
 */
export function clientReader(trusted: BlockList | undefined): ReadClient {
  const isTrusted = (ip: string) => trusted?.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4') ?? false;
  return ({ socket, headers }) => {
    const encrypted = socket.encrypted === true;
    const peer = normaliseAddress(socket.remoteAddress);
    if (!peer || !isTrusted(peer)) return { ip: peer, secure: encrypted };
    const scheme = lastOf(headers['x-forwarded-proto']);
    return {
      ip: findVisitor(peer, hopsOf(headers['x-forwarded-for']), isTrusted),
      secure: scheme ? scheme.toLowerCase() === 'https' : encrypted,
    };
  };
}

/** Networks and single addresses, for example `10.0.0.0/8` or `::1`. Throws on anything else. */
export function parseNetworks(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of list) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix || Number.NaN);
    const isPrefix = Number.isInteger(bits) && bits >= 0 && bits <= (version === 6 ? 128 : 32);
    if (version === 0 || rest.length > 0 || !isPrefix) throw new Error(`${entry} is not a network`);
    networks.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return networks;
}

/** Without a port, a zone or the IPv4-in-IPv6 form; undefined when it is no address. */
export function normaliseAddress(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (isIP(text) === 4) return text;
  let address = text.trim();
  if (address.startsWith('[')) address = address.slice(1, address.indexOf(']'));
  else if (/^[^:]+:\d+$/.test(address)) address = address.slice(0, address.indexOf(':'));
  const zone = address.indexOf('%');
  if (zone !== -1) address = address.slice(0, zone);
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) address = mapped;
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

/** A hop that is no address ends the trail: the visitor is unknown, and no proxy is taken for them. */
function findVisitor(peer: string, hops: string[], isTrusted: (ip: string) => boolean) {
  let visitor = peer;
  for (const hop of hops.reverse()) {
    const ip = normaliseAddress(hop);
    if (!ip) return undefined;
    visitor = ip;
    if (!isTrusted(ip)) return visitor;
  }
  return visitor;
}

function hopsOf(header: string | string[] | undefined): string[] {
  const text = String(header ?? '').slice(-MAX_FORWARDED_FOR);
  return text === '' ? [] : text.split(',');
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim();
}

/** One visitor commonly has a whole /64 of IPv6 addresses. */
export function networkOf(ip = ''): string {
  if (isIP(ip) !== 6) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':');
  if (tail === undefined) return groups.slice(0, 4).join(':');
  const end = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - groups.length - end.length }, () => '0');
  return [...groups.map((group) => group || '0'), ...zeros, ...end].slice(0, 4).join(':');
}
