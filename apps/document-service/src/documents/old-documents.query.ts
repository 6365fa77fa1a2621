import type { EntityManager } from 'typeorm';

/** Deletes documents' rows and the answers that repeated calls would get; answers the keys of their files. */
export async function deleteDocuments(manager: EntityManager, ids: string[]): Promise<string[]> {
  await manager.query("DELETE FROM document_requests WHERE answer->>'document_id' = ANY ($1)", [ids]);
  const [rows]: [{ storage_key: string }[], number] = await manager.query(
    'DELETE FROM documents WHERE document_id = ANY ($1) RETURNING storage_key',
    [ids],
  );
  return rows.map(({ storage_key }) => storage_key);
}

/** The oldest documents made before a moment. */
export async function findDocumentsBefore(
  manager: EntityManager,
  moment: Date,
  limit: number,
): Promise<string[]> {
  const rows: { document_id: string }[] = await manager.query(
    'SELECT document_id FROM documents WHERE created_at < $1 ORDER BY created_at LIMIT $2',
    [moment, limit],
  );
  return rows.map(({ document_id }) => document_id);
}

/** Which of some storage keys no document has. */
export async function findUnusedKeys(manager: EntityManager, keys: string[]): Promise<Set<string>> {
  const rows: { key: string }[] = await manager.query(
    `SELECT key FROM unnest($1::text[]) AS key
     WHERE NOT EXISTS (SELECT FROM documents WHERE storage_key = key)`,
    [keys],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Forgets answers kept before a moment; answers how many. */
export async function deleteAnswersBefore(
  manager: EntityManager,
  moment: Date,
  limit: number,
): Promise<number> {
  const [, count]: [unknown, number] = await manager.query(
    `DELETE FROM document_requests WHERE (operation, idempotency_key) IN
       (SELECT operation, idempotency_key FROM document_requests WHERE created_at < $1 LIMIT $2)`,
    [moment, limit],
  );
  return count;
}
