/**
 * By host, its subdomains included: what tells a scheduling service, and through its webhook us, which link a booking
 * came from.
 */
const PARAMETERS: readonly { host: string; of(trackingId: string): string[][] }[] = [
  {
    host: 'calendly.com',
    of: (trackingId) => [
      ['utm_source', 'footfall'],
      ['utm_medium', 'document'],
      ['utm_content', trackingId],
    ],
  },
  { host: 'cal.com', of: (trackingId) => [['metadata[click_id]', trackingId]] },
  { host: 'savvycal.com', of: (trackingId) => [['metadata[click_id]', trackingId]] },
];

/**
 * What a header can carry and every browser takes for an address of its own; a stored URL is `new URL(x).href` and
 * nothing else. Without its slashes, https:/example.com would lead to a path of the gateway.
 */
const SAFE_AS_IT_IS = /^https?:\/\/[\x21-\x7e]+$/i;

/**
 * Where a link leads: its stored URL byte for byte, and for a scheduling page with the parameters that it does not
 * carry yet. Undefined when a browser must not be sent there (not http or https), however it was stored.
 */
export function locationOf({ originalUrl, trackingId }: { originalUrl: string; trackingId: string }) {
  const url = URL.parse(originalUrl);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  const location = SAFE_AS_IT_IS.test(originalUrl) ? originalUrl : url.href;
  const service = PARAMETERS.find(({ host }) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return service ? addMissing(location, service.of(trackingId)) : location;
}

/** As text, before the fragment: parsing and printing a query again would change its bytes. */
function addMissing(location: string, parameters: string[][]): string {
  const hash = location.indexOf('#');
  const base = hash === -1 ? location : location.slice(0, hash);
  const fragment = hash === -1 ? '' : location.slice(hash);
  const question = base.indexOf('?');
  const query = question === -1 ? '' : base.slice(question + 1);
  const present = new Set(new URLSearchParams(query).keys());
  const added = parameters.filter(([name = '']) => !present.has(name)).map((pair) => pair.join('='));
  if (added.length === 0) return location;
  const joint = question === -1 ? '?' : query === '' || query.endsWith('&') ? '' : '&';
  return `${base}${joint}${added.join('&')}${fragment}`;
}
