import { inSpan, outsideSpans } from '#platform';
import type { Journal } from '../journal/journal.js';
import type { MemoryBacklog } from '../relay/memory-backlog.js';
import { buildClickEvent, type Hit, isDoNotTrack } from './click-event.js';
import type { IsOwnClick } from './own-click.js';

export interface ClickRecorderOptions {
  journal: Pick<Journal, 'append'>;
  backlog: Pick<MemoryBacklog, 'offer'>;
  /** Visitors who ask not to be tracked are counted without any fact of theirs, or not at all. */
  dntPolicy: 'aggregate' | 'ignore-click';
  isOwn: IsOwnClick;
  onUnjournaled: () => void;
  /** Neither disk nor memory had room. */
  onLost: () => void;
}

/**
 * Writes clicks down before their answers leave. Never throws: a click that the journal does not take in time is
 * counted and goes to the bus straight from memory, as far as there is room.
 */
export class ClickRecorder {
  constructor(private readonly options: ClickRecorderOptions) {}

  /** Calls back once, within the journal's `stallMs`: a promise of its own for each click would cost more. */
  record(hit: Hit, whenRecorded: () => void): void {
    const { backlog, dntPolicy, isOwn } = this.options;
    if (dntPolicy === 'ignore-click' && isDoNotTrack(hit.headers)) {
      whenRecorded();
      return;
    }
    let event: string | undefined;
    try {
      event = buildClickEvent(hit, Date.now(), isOwn(hit));
    } catch {
      // What cannot happen must not keep the visitor from their page.
    }
    const keepInMemory = () => {
      this.options.onUnjournaled();
      if (!event || !outsideSpans(() => backlog.offer(event))) this.options.onLost();
      whenRecorded();
    };
    if (event) this.append(event, hit).then(whenRecorded, keepInMemory);
    else keepInMemory();
  }

  private append(event: string, { traceparent }: Hit): Promise<void> {
    const append = () => this.options.journal.append(event);
    // A group commit is everybody's: what it begins belongs to no trace.
    return traceparent ? inSpan('journal append', {}, () => outsideSpans(append)) : append();
  }
}
