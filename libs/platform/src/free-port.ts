import { createServer } from 'node:net';

/**
 * Where ports are looked for: below those that Linux gives to outgoing connections (from 32768 on, see
 * `ip_local_port_range` in ip(7)), so that none takes one between here and its listener; above the last that browsers refuse, 10080.
 */
const FIRST_PORT = 11_000;
const LAST_PORT = 30_000;
const MAX_ATTEMPTS = 50;

/**
 * A TCP port of 127.0.0.1 that nothing listens on right now.
 *
 * @param offsets ports so far above it are free as well; at most 2,000
 */
export async function freePort(offsets: readonly number[] = [0]): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    const free = await Promise.all(offsets.map((offset) => isFree(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`No free port was found between ${FIRST_PORT} and ${LAST_PORT}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
