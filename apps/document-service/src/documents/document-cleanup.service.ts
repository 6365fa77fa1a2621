import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import { DocumentArchive } from './document-archive.service.js';
import {
  deleteAnswersBefore,
  deleteDocuments,
  findDocumentsBefore,
  findUnusedKeys,
} from './old-documents.query.js';

const DAY_MS = 86_400_000;
/** How long a repeated call gets its first answer. */
const ANSWER_DAYS = 30;
/** A file's row follows within seconds; a day later nobody is still writing it. */
const ORPHAN_DAYS = 1;
const BATCH = 500;
/** Bounds one run; what is left waits for the next day. */
const BATCHES = 40;

/**
 * Removes what is too old: documents past DOCUMENT_RETENTION_DAYS, files without a row (a crash between the two
 * leaves one) and kept answers. Runs at the start and then daily; several processes may do so at once.
 */
@Injectable()
export class DocumentCleanup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly database: DataSource,
    @Inject(DOCUMENT_SERVICE_CONFIG) private readonly config: DocumentServiceConfig,
    private readonly archive: DocumentArchive,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), DAY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** One run of everything. Throws when the database or the store is away. */
  async run(now = new Date()): Promise<void> {
    const removed = {
      documents: await this.removeExpired(now),
      files: await this.removeOrphans(daysBefore(now, ORPHAN_DAYS)),
      answers: await this.removeAnswers(daysBefore(now, ANSWER_DAYS)),
    };
    this.logger.info(removed, 'documents cleaned up');
  }

  private async removeExpired(now: Date): Promise<number> {
    const { DOCUMENT_RETENTION_DAYS: days } = this.config;
    if (days === undefined) return 0;
    return this.inBatches(async () => {
      const ids = await findDocumentsBefore(this.database.manager, daysBefore(now, days), BATCH);
      // Rows first: a file that is left behind is an orphan, a row without its file would be a broken document.
      const keys = await this.database.transaction((manager) => deleteDocuments(manager, ids));
      for (const key of keys) await this.archive.removeFiles(key);
      return ids.length;
    });
  }

  private removeAnswers(before: Date): Promise<number> {
    return this.inBatches(() => deleteAnswersBefore(this.database.manager, before, BATCH));
  }

  private async removeOrphans(before: Date): Promise<number> {
    let removed = 0;
    let batch: { key: string; documentKey: string }[] = [];
    const settle = async () => {
      const unused = await findUnusedKeys(
        this.database.manager,
        batch.map(({ documentKey }) => documentKey),
      );
      const orphans = batch.filter(({ documentKey }) => unused.has(documentKey));
      for (const { key } of orphans) await this.archive.removeFile(key);
      removed += orphans.length;
      batch = [];
    };
    for await (const file of this.archive.listFiles()) {
      if (this.isStopping || removed >= BATCH * BATCHES) break;
      if (file.writtenAt < before) batch.push(file);
      if (batch.length === BATCH) await settle();
    }
    if (batch.length > 0) await settle();
    return removed;
  }

  private async inBatches(removeBatch: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let round = 0; round < BATCHES && !this.isStopping; round++) {
      const removed = await removeBatch();
      total += removed;
      if (removed < BATCH) break;
    }
    return total;
  }

  private start(): void {
    this.running = this.running.then(() =>
      this.run().catch((err) => this.logger.warn({ err }, 'clean-up failed, next try tomorrow')),
    );
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
