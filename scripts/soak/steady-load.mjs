// Clicks, documents and reports at a steady rate, counted and not remembered: it may go on for days.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'curl/8.5.0',
];
const JSON_HEADERS = { 'content-type': 'application/json' };
/** Links that are minted ahead, to be clicked. */
const LINKS = 100;
const DOCUMENTS_PER_SECOND = 1;
const MOST_IN_FLIGHT = 256;
const REPORTS = ['/api/link-tracking/report?days=7', '/api/analytics/funnel', '/api/applications?limit=20'];

export class SteadyLoad {
  accepted = 0;
  failed = 0;
  documents = 0;
  reports = 0;
  #url;
  #agent = new Agent({ connections: 64 });
  #urls = [];
  #running = true;
  #inFlight = new Set();

  constructor(url) {
    this.#url = url;
  }

  async mint() {
    for (let n = 0; n < LINKS; n++) {
      const { tracking_id } = await this.#call('/api/link-tracking/create', {
        original_url: `https://calendly.com/jordan-avery/${n}`,
        link_function: 'Calendly',
        application_id: `soak-${n}`,
      });
      this.#urls.push(`${this.#url}/track/${tracking_id}`);
    }
  }

  /** As many clicks as so many connections manage in that time; answers how many a second. */
  async sprint({ connections, ms }) {
    const start = performance.now();
    const before = this.accepted;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() - start < ms) await this.#click();
      }),
    );
    return ((this.accepted - before) * 1_000) / (performance.now() - start);
  }

  /** Clicks so often a second, with documents and reports, until `ms` are over. */
  async run({ perSecond, ms }) {
    const others = [this.#repeat(() => this.#write()), this.#repeat(() => this.#read())];
    const start = performance.now();
    for (let number = 0; performance.now() - start < ms; number++) {
      const dueInMs = start + (number * 1_000) / perSecond - performance.now();
      if (dueInMs > 1) await sleep(dueInMs);
      // A machine that is busy with something else gets fewer clicks, not a growing heap of them.
      if (this.#inFlight.size >= MOST_IN_FLIGHT) await Promise.race(this.#inFlight);
      const click = this.#click();
      this.#inFlight.add(click);
      void click.finally(() => this.#inFlight.delete(click));
    }
    this.#running = false;
    await Promise.all([...this.#inFlight, ...others]);
  }

  async close() {
    await this.#agent.close();
  }

  async #click() {
    const number = this.accepted + this.failed;
    try {
      const { statusCode, body } = await request(this.#urls[number % LINKS], {
        dispatcher: this.#agent,
        headers: {
          'user-agent': AGENTS[number % AGENTS.length],
          accept: 'text/html',
          'accept-language': 'en',
        },
        headersTimeout: 30_000,
      });
      await body.dump();
      if (statusCode === 302) this.accepted++;
      else this.failed++;
    } catch {
      this.failed++;
    }
  }

  async #write() {
    await this.#call('/resume', {
      personal: { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan-avery/30min' },
      application_id: randomUUID(),
    });
    this.documents++;
  }

  async #read() {
    await this.#call(REPORTS[this.reports % REPORTS.length]);
    this.reports++;
  }

  async #repeat(act) {
    while (this.#running) {
      await act().catch(() => this.failed++);
      await sleep(1_000 / DOCUMENTS_PER_SECOND);
    }
  }

  async #call(path, body) {
    const options = body && { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(body) };
    const response = await fetch(this.#url + path, options);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
