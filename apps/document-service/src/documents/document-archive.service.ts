import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import { DocumentStore } from '../storage/document-store.js';
import { DocumentEntity } from './document.entity.js';
import { type Application, DocumentEvents } from './document-events.service.js';
import { DocumentFileMissingError, DocumentNotFoundError } from './documents.errors.js';
import { recordDocument } from './record-document.query.js';

type NewDocument = Omit<DocumentEntity, 'filename' | 'filename_number' | 'storage_key'>;

export interface StoredDocument {
  document: DocumentEntity;
  stream: Readable;
  size: number;
}

/** Keeps documents: bytes in the store, then row and event in one transaction. A row always has its file. */
@Injectable()
export class DocumentArchive {
  private readonly store: DocumentStore;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly database: DataSource,
    @Inject(DOCUMENT_SERVICE_CONFIG) config: DocumentServiceConfig,
    private readonly events: DocumentEvents,
    private readonly logger: PinoLogger,
  ) {
    this.store = new DocumentStore(join(config.DATA_DIR, 'documents'));
  }

  async record(document: NewDocument, bytes: Uint8Array, application: Application): Promise<DocumentEntity> {
    const key = this.store.keyOf(document.user_id, document.document_id);
    await this.store.write(key, bytes);
    try {
      const row = await this.database.transaction(async (manager) => {
        const recorded = await recordDocument(manager, { ...document, storage_key: key });
        await this.events.append(manager, recorded, application);
        return recorded;
      });
      this.events.announce();
      return row;
    } catch (error) {
      await this.store
        .remove(key)
        .catch((err) => this.logger.warn({ err, key }, 'orphaned document left in the store'));
      throw error;
    }
  }

  /** A document with its bytes. */
  async open(where: { filename: string } | { document_id: string }): Promise<StoredDocument> {
    const document = await this.database.getRepository(DocumentEntity).findOneBy(where);
    if (!document) throw new DocumentNotFoundError();
    const file = await this.store.find(document.storage_key);
    if (!file) throw new DocumentFileMissingError();
    return { document, ...file };
  }
}
