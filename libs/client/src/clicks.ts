import { ConnectionError } from './errors.js';
import type { Click } from './link-answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** Which clicks; what is left out is not looked at. */
export interface ClickFilter {
  user_id?: string;
  job_id?: string;
  application_id?: string;
  function?: string;
  tracking_id?: string;
  class?: string;
}

/** A click of the live feed: of which link it is, and how it stood when it was sent. */
export interface LiveClick extends Omit<Click, 'user_agent' | 'referrer_url' | 'session_id' | 'ip_address'> {
  tracking_id: string;
  user_id: string;
  job_id: string | null;
  application_id: string | null;
  link_function: string;
  answer: string;
}

/** Streams are reopened after this, ms. */
const REOPEN_MS = 1_000;

/** Clicks one by one. */
export class Clicks {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    // A stream lasts as long as it is read.
    this.transport = new Transport({ ...options, timeoutMs: 2 ** 31 - 1 });
  }

  /**
   * Clicks as they are stored, until `signal` ends it. A stream that breaks off goes on where it was: no click is
   * missed and none comes twice.
   */
  async *watch(filter: ClickFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<LiveClick, void> {
    for (let lastEventId: string | undefined; ; ) {
      try {
        const response = await this.transport.send({
          method: 'GET',
          path: '/api/clicks/stream',
          query: { ...filter },
          headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
          signal,
        });
        for await (const event of readEvents(response)) {
          lastEventId = event.id ?? lastEventId;
          yield JSON.parse(event.data) as LiveClick;
        }
      } catch (error) {
        if (signal?.aborted) return;
        // What broke off within an answer is a TypeError of fetch.
        if (!(error instanceof ConnectionError || error instanceof TypeError)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
      if (signal?.aborted) return;
    }
  }
}

interface ServerSentEvent {
  id: string | undefined;
  data: string;
}

/** The events of a `text/event-stream`: its lines `id:` and `data:`, an empty one between events. */
async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  if (!response.body) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      const id = lines
        .find((line) => line.startsWith('id:'))
        ?.slice(3)
        .trim();
      if (data.length > 0) yield { id, data: data.join('\n') };
    }
  }
}
