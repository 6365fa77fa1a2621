import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 ranges that are not reachable on the public internet (IANA special-purpose registry, multicast, class E). */
const RESERVED_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * The parts of 2000::/3 that are not plain global unicast: protocol assignments with Teredo, documentation,
 * and 6to4, which wraps an IPv4 address.
 */
const RESERVED_GLOBAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Names that by their last labels never leave a machine or a private network. */
const PRIVATE_SUFFIXES = ['localhost', 'local', 'internal', 'localdomain', 'home.arpa', 'intranet', 'lan'];

const reservedIpv4 = new BlockList();
for (const [network, bits] of RESERVED_IPV4) reservedIpv4.addSubnet(network, bits, 'ipv4');

const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
const reservedIpv6 = new BlockList();
for (const [network, bits] of RESERVED_GLOBAL_IPV6) reservedIpv6.addSubnet(network, bits, 'ipv6');

/**
 * Whether a host can only be reached from inside somebody's machine or network.
 *
 * `hostname` is that of a parsed URL: the parser has already turned decimal, octal, hexadecimal, shortened and
 * full-width IPv4 notations into dotted decimal, names into lower-case punycode and IPv6 into brackets. Outside
 * 2000::/3 no IPv6 address is public, which covers loopback, link-local, unique local, and every IPv4-mapped,
 * -compatible and NAT64 spelling. A name without a dot exists only in a private network.
 */
export function isReservedHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isReservedAddress(hostname.slice(1, -1));
  const host = withoutTrailingDots(hostname);
  if (isIPv4(host)) return isReservedAddress(host);
  return (
    !host.includes('.') || PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))
  );
}

/** The same of an address, as a name server answers it: IPv6 without brackets. What is no address is reserved. */
export function isReservedAddress(address: string): boolean {
  if (isIPv4(address)) return reservedIpv4.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return true;
  return !globalIpv6.check(address, 'ipv6') || reservedIpv6.check(address, 'ipv6');
}

/** `example.com.` and `example.com` are one host. */
export function withoutTrailingDots(hostname: string): string {
  return hostname.replace(/\.+$/, '');
}
