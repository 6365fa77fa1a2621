import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Metrics } from '#platform';
import type { TrackAnswer } from './track/track-handler.js';

/** The figures that are read off elsewhere when somebody asks. */
export interface GatewayReadings {
  journal: () => { bytes: number; unconfirmedBytes: number; tornBytes: number };
  journalLimitBytes: number;
  /** Of the journals without owner that this process relays. */
  adoptedBytes: () => number;
  oldestUnrelayedSeconds: () => number;
  replica: () => { revision: number; size: number };
}

const PREFIX = 'footfall_gateway';

@Injectable()
export class GatewayMetrics {
  /** Counted without the metrics library, which would cost more than the redirect's own code. */
  private readonly answers = new Map<TrackAnswer, number>();
  private readonly registers;
  private readonly unjournaledClicks;
  private readonly lostClicks;
  private readonly syncSeconds;
  private readonly redirectSeconds;
  private readonly failures;
  private readonly lookups;
  private readonly drops;

  constructor({ registry }: Metrics) {
    this.registers = [registry];
    const { registers } = this;
    const counter = (name: string, help: string) =>
      new Counter({ name: `${PREFIX}_${name}`, help, registers });
    this.unjournaledClicks = counter(
      'unjournaled_clicks_total',
      'Clicks that the journal did not take in time',
    );
    this.lostClicks = counter('lost_clicks_total', 'Unjournaled clicks for which memory had no room either');
    this.failures = counter('relay_failures_total', 'Messages that the bus did not accept at once');
    this.drops = counter('dropped_connections_total', 'Connections refused because there were too many');
    this.lookups = new Counter({
      name: `${PREFIX}_lookups_total`,
      help: 'Ids asked of link-service because the replica did not hold them',
      labelNames: ['outcome'],
      registers,
    });
    this.syncSeconds = new Histogram({
      name: `${PREFIX}_journal_sync_duration_seconds`,
      help: 'Time of one journal sync, which all clicks of a group share',
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    });
    this.redirectSeconds = new Histogram({
      name: `${PREFIX}_redirect_duration_seconds`,
      help: 'Time from a request for a known link until its answer left, the journal included',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    });
    this.registerAnswers();
  }

  readonly countAnswer = (answer: TrackAnswer): void => {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  };
  readonly countUnjournaled = (): void => this.unjournaledClicks.inc();
  readonly countLost = (): void => this.lostClicks.inc();
  readonly countFailure = (): void => this.failures.inc();
  readonly countDrop = (): void => this.drops.inc();
  readonly countLookup = (outcome: string): void => this.lookups.inc({ outcome });
  readonly observeRedirect = (tookMs: number): void => this.redirectSeconds.observe(tookMs / 1_000);
  readonly observeSync = (syncMs: number): void => this.syncSeconds.observe(syncMs / 1_000);

  registerReadings({
    journal,
    journalLimitBytes,
    adoptedBytes,
    oldestUnrelayedSeconds,
    replica,
  }: GatewayReadings): void {
    this.gauge('journal_bytes', 'Size of the journal on disk', () => journal().bytes);
    this.gauge('journal_limit_bytes', 'Bound of the journal: JOURNAL_MAX_BYTES', () => journalLimitBytes);
    this.gauge('journal_unrelayed_bytes', 'Journal not yet on the bus', () => journal().unconfirmedBytes);
    this.gauge('adopted_unrelayed_bytes', 'Journals of other workers not yet on the bus', adoptedBytes);
    this.gauge(
      'journal_torn_bytes',
      'Journal bytes that belong to no whole record',
      () => journal().tornBytes,
    );
    this.gauge(
      'oldest_unrelayed_age_seconds',
      'Age of the oldest click not yet on the bus',
      oldestUnrelayedSeconds,
    );
    this.gauge(
      'replica_revision',
      'Revision up to which every link has been pulled',
      () => replica().revision,
    );
    this.gauge('replica_links', 'Links in the replica', () => replica().size);
  }

  private registerAnswers(): void {
    const { answers, registers } = this;
    new Counter({
      name: `${PREFIX}_answers_total`,
      help: 'Answers to requests for tracked links',
      labelNames: ['answer'],
      registers,
      collect() {
        this.reset();
        for (const [answer, count] of answers) this.inc({ answer }, count);
      },
    });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `${PREFIX}_${name}`,
      help,
      registers: this.registers,
      collect() {
        this.set(read());
      },
    });
  }
}
