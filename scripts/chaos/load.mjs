// A steady stream of clicks, each recognisable afterwards by its own user agent.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

const BROWSER =
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
/** Longest a recruiter's browser would plausibly be kept waiting before we call the redirect failed, ms. */
const REDIRECT_DEADLINE_MS = 5_000;

export class ClickLoad {
  /** Marks of the clicks that got their 302. */
  accepted = new Set();
  /** The others: when they began and ended, on the monotonic clock in ms, and what went wrong. */
  failures = [];
  latenciesMs = [];
  #agent = new Agent({ connections: 32 });
  #running = true;
  #inFlight = new Set();
  #pacer;

  /** @param {{ urls: string[], mark: string, perSecond: number }} options */
  constructor({ urls, mark, perSecond }) {
    this.#pacer = this.#pace({ urls, mark, perSecond });
  }

  async #pace({ urls, mark, perSecond }) {
    const start = performance.now();
    for (let number = 0; this.#running; number++) {
      const dueInMs = start + (number * 1_000) / perSecond - performance.now();
      if (dueInMs > 1) await sleep(dueInMs);
      const click = this.#click(urls[number % urls.length], `${mark}-${number}`);
      this.#inFlight.add(click);
      void click.finally(() => this.#inFlight.delete(click));
    }
  }

  async #click(url, mark) {
    const start = performance.now();
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: this.#agent,
        headers: { 'user-agent': `${BROWSER} ${mark}`, accept: 'text/html', 'accept-language': 'en' },
        headersTimeout: REDIRECT_DEADLINE_MS,
      });
      await body.dump();
      if (statusCode !== 302) throw new Error(`answered ${statusCode}`);
      this.accepted.add(mark);
      this.latenciesMs.push(performance.now() - start);
    } catch (error) {
      this.failures.push({ from: start, to: performance.now(), reason: error.code ?? error.message });
    }
  }

  /** Stops clicking and waits for what is on its way. */
  async stop() {
    this.#running = false;
    await this.#pacer;
    await Promise.all(this.#inFlight);
    await this.#agent.close();
  }

  /** Latency in ms that the given share of accepted clicks stayed under. */
  percentileMs(share) {
    const sorted = this.latenciesMs.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  }
}
