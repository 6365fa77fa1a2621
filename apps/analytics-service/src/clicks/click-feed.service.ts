import { setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CodedError, isDatabaseOutage } from '#platform';
import { explainReason } from '../classification/reason-words.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { type FeedClick, type FeedPosition, findFeedEnd, listNextClicks } from './click-feed.query.js';
import type { ClickFilter } from './click-filter.js';

const MAX_STREAMS = 50;
const POLL_MS = 500;
/** A comment goes out in between, so that proxies keep a silent stream open. */
const SILENCE_MS = 15_000;
const EVENT_ID = /^(\d{1,18})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export class TooManyStreamsError extends CodedError {
  constructor() {
    super({
      code: 'too_many_streams',
      kind: 'rate_limited',
      message: `At most ${MAX_STREAMS} streams are served at once.`,
      retryAfterSeconds: 30,
    });
  }
}

export class InvalidEventIdError extends CodedError {
  constructor() {
    super({
      code: 'invalid_last_event_id',
      kind: 'invalid',
      message: 'Last-Event-ID must be an id that this stream has sent.',
    });
  }
}

/** Clicks as they are stored, as server-sent events. */
@Injectable()
export class ClickFeed implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private streams = 0;

  constructor(@Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource) {}

  /** Open streams would keep the process from ending. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * A stream of events: everything stored after the event of that id, or from now on. Each click comes once and in the
   * order in which clicks were stored; its class is the one it has when it is sent. Throws before the stream begins.
   */
  async open(filter: ClickFilter, lastEventId: string | undefined): Promise<AsyncGenerator<string>> {
    if (this.streams >= MAX_STREAMS) throw new TooManyStreamsError();
    const start = lastEventId ? readEventId(lastEventId) : await findFeedEnd(this.dataSource);
    return this.follow(filter, start);
  }

  private async *follow(filter: ClickFilter, start: FeedPosition): AsyncGenerator<string> {
    this.streams++;
    try {
      yield ': clicks follow\n\n';
      let spokenAtMs = Date.now();
      for (let after = start; !this.stopping.signal.aborted; ) {
        const next = await this.listNext(after, filter);
        if (next.length > 0) {
          yield next.map(({ position, click }) => toEvent(position, click)).join('');
          after = next.at(-1)?.position ?? after;
          spokenAtMs = Date.now();
        } else if (Date.now() - spokenAtMs > SILENCE_MS) {
          yield ': nothing yet\n\n';
          spokenAtMs = Date.now();
        }
        if (next.length === 0)
          await delay(POLL_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    } finally {
      this.streams--;
    }
  }

  /** A database that is away for a while does not end the stream. */
  private async listNext(after: FeedPosition, filter: ClickFilter) {
    try {
      return await listNextClicks(this.dataSource, { after, filter });
    } catch (error) {
      if (isDatabaseOutage(error)) return [];
      throw error;
    }
  }
}

function toEvent({ storedIn, clickId }: FeedPosition, click: FeedClick['click']): string {
  const data = JSON.stringify({ ...click, explanations: click.reasons.map(explainReason) });
  return `id: ${storedIn}_${clickId}\nevent: click\ndata: ${data}\n\n`;
}

function readEventId(id: string): FeedPosition {
  const [, storedIn, clickId] = EVENT_ID.exec(id) ?? [];
  if (!storedIn || !clickId) throw new InvalidEventIdError();
  return { storedIn, clickId };
}
