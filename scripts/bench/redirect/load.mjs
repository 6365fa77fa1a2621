import autocannon from 'autocannon';
import { trackingId } from './links.mjs';

const [url, connections, seconds, links] = process.argv.slice(2);

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
];

/** A visit as a browser makes it; every connection goes through its own links. */
const requests = Array.from({ length: 500 }, (_, i) => ({
  method: 'GET',
  path: `/track/${trackingId((i * 397) % Number(links))}`,
  headers: {
    'user-agent': agents[i % agents.length],
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-language': 'en-US,en;q=0.9',
    'upgrade-insecure-requests': '1',
  },
}));

const drive = (duration) => autocannon({ url, connections: Number(connections), duration, requests });

await drive(2);
const result = await drive(Number(seconds));
const redirects = result.statusCodeStats?.['302']?.count ?? 0;
if (result.errors > 0 || redirects !== result['3xx'] || result.non2xx !== redirects) {
  throw new Error(`not only redirects: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`);
}
process.send({ rate: redirects / result.duration, p99: result.latency.p99, requests: redirects }, () =>
  process.exit(0),
);
