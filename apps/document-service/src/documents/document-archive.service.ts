import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { ownRows } from '../candidates/own-user.js';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import { type DocumentStore, type ListedFile, storageKey } from '../storage/document-store.js';
import { openStore } from '../storage/open-store.js';
import { DocumentEntity } from './document.entity.js';
import { type Application, DocumentEvents } from './document-events.service.js';
import { DocumentFileMissingError, DocumentNotFoundError } from './documents.errors.js';
import { AlreadyAnsweredError, findAnswer, type KeyedCall, keepAnswer } from './idempotency.query.js';
import { deleteDocuments } from './old-documents.query.js';
import { recordDocument } from './record-document.query.js';

export interface StoredDocument {
  document: DocumentEntity;
  stream: Readable;
  size: number;
}

export type DocumentKey = { filename: string } | { document_id: string };

interface NewDocument<Answer> {
  document: Omit<DocumentEntity, 'filename' | 'filename_number' | 'storage_key'>;
  bytes: Uint8Array;
  /** The same document as PDF, when it was asked for. */
  pdf?: Uint8Array;
  application: Application;
  /** What the caller is told once the document has its name. */
  describe(document: DocumentEntity): Answer;
  /** Present when the call may be repeated. */
  call?: KeyedCall;
}

/**
 * Keeps documents: bytes in the store first, then row, event and answer in one transaction. A row always has its
 * file; a file without a row is only ever left behind by a crash between the two.
 */
@Injectable()
export class DocumentArchive implements OnApplicationShutdown {
  private readonly store: DocumentStore;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly database: DataSource,
    @Inject(DOCUMENT_SERVICE_CONFIG) config: DocumentServiceConfig,
    private readonly events: DocumentEvents,
    private readonly logger: PinoLogger,
  ) {
    this.store = openStore(config, 'documents');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }

  /** The answer of an earlier call with the same key and body. */
  async findAnswer<Answer>(call: KeyedCall): Promise<Answer | undefined> {
    return findAnswer<Answer>(this.database.manager, call);
  }

  /** Stores a document and answers its description; of two calls with one key, the second gets the first's. */
  async record<Answer extends object>(made: NewDocument<Answer>): Promise<Answer> {
    const key = storageKey(made.document.user_id, made.document.document_id);
    await this.store.write(key, made.bytes);
    try {
      if (made.pdf) await this.store.write(pdfKeyOf(key), made.pdf);
      const answer = await this.commit(made, key);
      this.events.announce();
      return answer;
    } catch (error) {
      await this.discard(key);
      const earlier =
        made.call && error instanceof AlreadyAnsweredError && (await this.findAnswer<Answer>(made.call));
      if (earlier) return earlier;
      throw error;
    }
  }

  /** A document with its bytes. */
  async open(where: DocumentKey): Promise<StoredDocument> {
    const document = await this.get(where);
    const file = await this.store.find(document.storage_key);
    if (!file) throw new DocumentFileMissingError();
    return { document, ...file };
  }

  /** A document with its PDF, undefined when it has none yet. */
  async findPdf(where: DocumentKey): Promise<StoredDocument | undefined> {
    const document = await this.get(where);
    const file = await this.store.find(pdfKeyOf(document.storage_key));
    return file && { document, ...file };
  }

  /** Keeps a document's PDF beside it. */
  async writePdf(document: DocumentEntity, pdf: Uint8Array): Promise<void> {
    await this.store.write(pdfKeyOf(document.storage_key), pdf);
  }

  /** Removes a document, its PDF and what a repeated call would be answered. */
  async remove(where: DocumentKey): Promise<DocumentEntity> {
    const document = await this.get(where);
    await this.database.transaction((manager) => deleteDocuments(manager, [document.document_id]));
    await this.removeFiles(document.storage_key);
    return document;
  }

  /** Removes the files of documents whose rows are gone. Throws when the store cannot be reached. */
  async removeFiles(key: string): Promise<void> {
    await this.store.remove(key);
    await this.store.remove(pdfKeyOf(key));
  }

  /**
   * Removes the files of a user's documents whose rows are about to go, and when these are all of them also the folder,
   * which names the user, with what unfinished writing left in it.
   */
  async removeUserFiles(userId: string, keys: string[]): Promise<void> {
    for (const key of keys) await this.removeFiles(key);
    const [{ used }] = await this.database.query(
      'SELECT EXISTS (SELECT FROM documents WHERE user_id = $1 AND storage_key <> ALL ($2)) AS used',
      [userId, keys],
    );
    if (!used) await this.store.removeFolder(storageKey(userId, ''));
  }

  /** Removes one file. */
  async removeFile(key: string): Promise<void> {
    await this.store.remove(key);
  }

  /** Every file in the store with the key of the document that it belongs to. */
  async *listFiles(): AsyncGenerator<ListedFile & { documentKey: string }> {
    for await (const file of this.store.list()) {
      yield { ...file, documentKey: file.key.replace(/\.pdf$/, '') };
    }
  }

  private async get(where: DocumentKey): Promise<DocumentEntity> {
    const document = await this.database.getRepository(DocumentEntity).findOneBy({ ...where, ...ownRows() });
    if (!document) throw new DocumentNotFoundError();
    return document;
  }

  private commit<Answer extends object>(made: NewDocument<Answer>, key: string): Promise<Answer> {
    return this.database.transaction(async (manager) => {
      const row = await recordDocument(manager, { ...made.document, storage_key: key });
      await this.events.append(manager, row, made.application);
      const answer = made.describe(row);
      if (made.call) await keepAnswer(manager, made.call, answer);
      return answer;
    });
  }

  private async discard(key: string): Promise<void> {
    try {
      await this.removeFiles(key);
    } catch (err) {
      this.logger.warn({ err, key }, 'document without a row left in the store');
    }
  }
}

/** Where a document's PDF lies: it is made from the document and goes with it. */
function pdfKeyOf(key: string): string {
  return `${key}.pdf`;
}
