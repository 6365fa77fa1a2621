import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { BusUnavailableError, Eraser, type ErasureScope, EVENT_BUS, type EventBus } from '#events';
import { isDatabaseOutage } from '#platform';
import { DOCUMENTS_DATA_SOURCE } from '../config.js';
import { DocumentArchive } from '../documents/document-archive.service.js';
import { DocumentEvents, OUTBOX_TABLE } from '../documents/document-events.service.js';
import { StoreUnavailableError } from '../storage/s3-store.js';
import { TemplateCatalog } from '../templates/template-catalog.service.js';
import { ERASURE_LEDGER, findFiles, findTemplateFiles, PERSONAL_TABLES } from './personal-documents.js';

/** Erases profiles and documents, files first: their rows say where they lie. */
@Injectable()
export class DocumentEraser implements OnApplicationBootstrap {
  private readonly eraser: Eraser;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(EVENT_BUS) bus: EventBus,
    private readonly archive: DocumentArchive,
    private readonly templates: TemplateCatalog,
    events: DocumentEvents,
    private readonly logger: PinoLogger,
  ) {
    this.eraser = new Eraser({
      service: 'documents',
      dataSource,
      bus,
      logger,
      tables: PERSONAL_TABLES,
      ledger: ERASURE_LEDGER,
      outbox: OUTBOX_TABLE,
      eraseElsewhere: (scope) => this.eraseFiles(scope),
      isOutage: (error) =>
        isDatabaseOutage(error) ||
        error instanceof BusUnavailableError ||
        error instanceof StoreUnavailableError,
      onAnswered: () => events.announce(),
    });
  }

  /** Does not wait for the broker: documents are made while it is away. */
  onApplicationBootstrap(): void {
    this.eraser
      .start()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'erasures are not consumed'));
  }

  private async eraseFiles(scope: ErasureScope): Promise<Record<string, number>> {
    const files = await findFiles(this.dataSource, scope);
    const byUser = Map.groupBy(files, ({ user_id }) => user_id);
    for (const userId of new Set([...scope.users, ...byUser.keys()])) {
      const keys = (byUser.get(userId) ?? []).map(({ storage_key }) => storage_key);
      await this.archive.removeUserFiles(userId, keys);
    }
    const templateFiles = await findTemplateFiles(this.dataSource, scope);
    for (const key of templateFiles) await this.templates.files.remove(key);
    const removed = files.length + templateFiles.length;
    return removed > 0 ? { files: removed } : {};
  }
}
