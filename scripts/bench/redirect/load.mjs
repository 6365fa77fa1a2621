/**
 * Drives one server: each connection sends a request, waits for its answer and sends the next. On plain sockets,
 * because an HTTP client on one core would be slower than the servers it measures.
 */
import { connect } from 'node:net';
import { trackingId } from './links.mjs';

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
];
const HEADER_END = Buffer.from('\r\n\r\n');
const LAST = Buffer.from('\r\nConnection: close\r\n');
const STATUS = Buffer.from('HTTP/1.1 302');
/** Latencies are counted by the microsecond up to a second. */
const buckets = new Uint32Array(1_000_001);

process.on(
  'message',
  async ({ url, connections, links, visited = 5_000, seconds = Infinity, requests = Infinity }) => {
    buckets.fill(0);
    const { hostname, port } = new URL(url);
    const begin = performance.now();
    const budget = { left: requests, until: begin + seconds * 1_000 };
    const visits = visitsTo(links, visited);
    await Promise.all(
      Array.from({ length: connections }, (_, i) =>
        drive({ host: hostname, port: Number(port) }, budget, visits, i),
      ),
    );
    const took = (performance.now() - begin) / 1_000;
    const done = buckets.reduce((sum, n) => sum + n, 0);
    process.send({
      requests: done,
      rate: done / took,
      p50: percentile(done, 0.5),
      p99: percentile(done, 0.99),
    });
  },
);
process.send('ready');

/** Visits as browsers make them, to `visited` links all over the replica. */
function visitsTo(links, visited) {
  return Array.from({ length: visited }, (_, i) =>
    Buffer.from(
      `GET /track/${trackingId((i * 397) % links)} HTTP/1.1\r\nHost: localhost\r\n` +
        `User-Agent: ${AGENTS[i % AGENTS.length]}\r\n` +
        'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n' +
        'Accept-Language: en-US,en;q=0.9\r\nUpgrade-Insecure-Requests: 1\r\n\r\n',
    ),
  );
}

async function drive(address, budget, visits, connection) {
  for (let n = connection; budget.left > 0 && performance.now() < budget.until; ) {
    n = await driveSocket(address, budget, visits, n);
  }
}

/** Until the budget is spent or the server, as it may after some thousand requests, ends the connection. */
function driveSocket(address, budget, visits, from) {
  return new Promise((resolve, reject) => {
    let n = from;
    let sentAt = 0;
    const socket = connect({ ...address, noDelay: true }, next);
    function next() {
      if (budget.left <= 0 || performance.now() >= budget.until) return socket.destroy();
      budget.left -= 1;
      n += 1;
      sentAt = performance.now();
      socket.write(visits[n % visits.length]);
    }
    socket.on('data', (answer) => {
      if (!answer.subarray(0, STATUS.length).equals(STATUS))
        return reject(new Error(`no redirect: ${answer}`));
      if (!isWhole(answer)) return reject(new Error(`an answer in pieces: ${answer}`));
      buckets[Math.min(1_000_000, Math.round((performance.now() - sentAt) * 1_000))] += 1;
      // Whoever asks again on a connection that has been called the last time gets 503.
      if (answer.includes(LAST)) socket.destroy();
      else next();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(n));
  });
}

function isWhole(answer) {
  const end = answer.indexOf(HEADER_END);
  if (end === -1) return false;
  const length = /content-length: (\d+)/i.exec(answer.latin1Slice(0, end));
  return answer.length === end + HEADER_END.length + Number(length?.[1] ?? 0);
}

/** ms */
function percentile(done, share) {
  let seen = 0;
  for (let micros = 0; ; micros += 1) {
    seen += buckets[micros];
    if (seen >= done * share) return micros / 1_000;
  }
}
