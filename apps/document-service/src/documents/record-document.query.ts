import type { EntityManager } from 'typeorm';
import { fileName } from '../storage/file-name.js';
import { DocumentEntity } from './document.entity.js';

/**
 * Stores a document's row under the next free number of its file name. Must run in a transaction: the lock on the
 * name, held to its end, lets documents of one person and day take their numbers one after the other.
 */
export async function recordDocument(
  manager: EntityManager,
  document: Omit<DocumentEntity, 'filename' | 'filename_number'>,
): Promise<DocumentEntity> {
  const base = document.filename_base;
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [base]);
  const [{ number }] = await manager.query(
    'SELECT coalesce(max(filename_number), 0) + 1 AS number FROM documents WHERE filename_base = $1',
    [base],
  );
  const row = manager.create(DocumentEntity, {
    ...document,
    filename_number: number,
    filename: fileName(base, number),
  });
  await manager.insert(DocumentEntity, row);
  return row;
}
