import { join } from 'node:path';
import type { DocumentServiceConfig } from '../config.js';
import type { DocumentStore } from './document-store.js';
import { FilesystemStore } from './filesystem-store.js';
import { S3Store } from './s3-store.js';

/** The store that the settings name; the areas do not see each other's files. */
export function openStore(config: DocumentServiceConfig, area: 'documents' | 'templates'): DocumentStore {
  if (config.DOCUMENT_STORE === 's3') return new S3Store(config, `${area}/`);
  return new FilesystemStore(join(config.DATA_DIR, area));
}
