import { type ErasureScope, isOfSubject, type PersonalTable, type SqlRunner } from '#events';

export const ERASURE_LEDGER = 'documents.erasure_ledger';

const DOCUMENTS: PersonalTable = {
  name: 'documents.documents',
  user: 'user_id',
  application: 'application_id',
  at: 'created_at',
};

const TEMPLATES: PersonalTable = { name: 'documents.templates', user: 'user_id', at: 'created_at' };

/** Every table of this service that holds something of a candidate. A test compares it with the schema. */
export const PERSONAL_TABLES: readonly PersonalTable[] = [
  // Answers to repeated calls know their document only, which must still be there.
  { name: 'documents.document_requests', isTransient: true, erase: eraseAnswers },
  DOCUMENTS,
  // Their versions go with them.
  TEMPLATES,
  { name: 'documents.template_defaults', user: 'user_id', erase: eraseDefaults },
  { name: 'documents.user_candidate_info', user: 'user_id', at: 'created_at' },
  {
    name: 'documents.document_outbox',
    user: "payload->>'user_id'",
    application: "payload->>'application_id'",
    at: 'created_at',
    isTransient: true,
  },
];

export interface ErasedFile {
  user_id: string;
  storage_key: string;
}

/** Where the subject's documents lie. */
export async function findFiles(runner: SqlRunner, scope: ErasureScope): Promise<ErasedFile[]> {
  const own = isOfSubject(DOCUMENTS, scope);
  if (!own) return [];
  const files = await runner.query(
    `SELECT user_id, storage_key FROM ${DOCUMENTS.name} WHERE ${own.condition}`,
    own.parameters,
  );
  return files as ErasedFile[];
}

/** Keys of the files of the subject's own templates. */
export async function findTemplateFiles(runner: SqlRunner, scope: ErasureScope): Promise<string[]> {
  const own = isOfSubject(TEMPLATES, scope);
  if (!own) return [];
  const files = (await runner.query(
    `SELECT storage_key FROM template_versions WHERE template_id IN
       (SELECT template_id FROM ${TEMPLATES.name} WHERE ${own.condition})`,
    own.parameters,
  )) as { storage_key: string }[];
  return files.map(({ storage_key }) => storage_key);
}

async function eraseAnswers(transaction: SqlRunner, scope: ErasureScope): Promise<number> {
  const own = isOfSubject(DOCUMENTS, scope);
  if (!own) return 0;
  const [, rows] = (await transaction.query(
    `DELETE FROM document_requests WHERE answer->>'document_id' IN
       (SELECT document_id::text FROM documents WHERE ${own.condition})`,
    own.parameters,
  )) as [unknown, number];
  return rows;
}

/** With the profile that they belong to. */
async function eraseDefaults(
  transaction: SqlRunner,
  { request: { subject, until }, users }: ErasureScope,
): Promise<number> {
  if (subject.kind !== 'user') return 0;
  const [, rows] = (await transaction.query(
    `DELETE FROM template_defaults WHERE user_id = ANY ($1)
       AND NOT EXISTS (SELECT FROM user_candidate_info AS profile
         WHERE profile.user_id = template_defaults.user_id AND profile.created_at > $2)`,
    [users, until],
  )) as [unknown, number];
  return rows;
}
