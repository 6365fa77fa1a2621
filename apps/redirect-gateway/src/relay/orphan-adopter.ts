import type { PinoLogger } from 'nestjs-pino';
import { DataDirectoryInUseError } from '#platform';
import { Journal } from '../journal/journal.js';
import { listFilledJournals } from '../journal/journal-folder.js';
import { Relay, type RelayOptions } from './relay.js';
import { Wakeup } from './wakeup.js';

export interface OrphanAdopterOptions extends Pick<RelayOptions, 'publish' | 'onFailure'> {
  /** Of all journals. */
  folder: string;
  logger: Pick<PinoLogger, 'info'>;
  intervalMs?: number;
  onProblem: (problem: string, cause: unknown) => void;
}

/**
 * Relays the journals that nobody works on: of a worker that died and came back to another one, or of workers that
 * are fewer now. A journal's lock tells; whoever takes it first, of all workers, drains it and lets it go.
 */
export class OrphanAdopter {
  private readonly wakeup = new Wakeup();
  private isStopped = false;
  private running: Promise<void> | undefined;
  private current: { journal: Journal; relay: Relay } | undefined;

  constructor(private readonly options: OrphanAdopterOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** What is under way here, in bytes. */
  get unconfirmedBytes(): number {
    return this.current?.journal.stats.unconfirmedBytes ?? 0;
  }

  /** Stops at once; what is not relayed stays for the next one. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.wakeup.notify();
    await this.current?.relay.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        for (const directory of await listFilledJournals(this.options.folder)) {
          if (!this.isStopped) await this.adopt(directory);
        }
      } catch (error) {
        this.options.onProblem('journals of other workers cannot be looked for', error);
      }
      if (!this.isStopped) await this.wakeup.wait(this.options.intervalMs ?? 5_000);
    }
  }

  private async adopt(directory: string): Promise<void> {
    const { publish, onFailure, onProblem, logger } = this.options;
    let journal: Journal;
    try {
      journal = await Journal.open({ directory, sync: 'none', maxBytes: 0, onProblem });
    } catch (error) {
      if (error instanceof DataDirectoryInUseError) return;
      throw error;
    }
    const relay = new Relay({ journal, publish, onFailure });
    this.current = { journal, relay };
    logger.info({ directory, bytes: journal.stats.unconfirmedBytes }, 'relaying a journal without owner');
    relay.start();
    // A stop ends the relay, and with it the wait for it.
    await Promise.race([relay.drain(), relay.stopped]);
    await relay.stop();
    await journal.close();
    this.current = undefined;
  }
}
