import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { CodedError, currentUserId } from '#platform';
import type { DocumentKind } from './document.entity.js';

const MAX_KEY_CHARACTERS = 200;

/** A call that may be repeated without making a second document. */
export interface KeyedCall {
  operation: DocumentKind;
  key: string;
  bodyHash: string;
}

export class InvalidIdempotencyKeyError extends CodedError {
  constructor() {
    const message = `Idempotency-Key must be 1 to ${MAX_KEY_CHARACTERS} characters.`;
    super({ code: 'invalid_request', kind: 'invalid', message });
  }
}

export class IdempotencyConflictError extends CodedError {
  constructor() {
    const message =
      'This Idempotency-Key was already used with another body: send a new key for another document.';
    super({ code: 'idempotency_conflict', kind: 'conflict', message });
  }
}

/** Another call with the same key was faster: its answer is the one. */
export class AlreadyAnsweredError extends Error {
  override readonly name = 'AlreadyAnsweredError';
}

/** Names a call by its `Idempotency-Key`, which callers of different users do not share; undefined when it has none. */
export function keyedCall(operation: DocumentKind, request: object, key: string | undefined) {
  if (key === undefined) return undefined;
  if (key === '' || key.length > MAX_KEY_CHARACTERS) throw new InvalidIdempotencyKeyError();
  const own = currentUserId();
  const scoped = own === undefined ? key : `${own}/${key}`;
  return {
    operation,
    key: scoped,
    bodyHash: createHash('sha256').update(JSON.stringify(request)).digest('hex'),
  };
}

/** The answer a call was given before. Throws {@link IdempotencyConflictError} when its body was another one. */
export async function findAnswer<Answer>(
  manager: EntityManager,
  call: KeyedCall,
): Promise<Answer | undefined> {
  const [row]: { body_sha256: string; answer: Answer }[] = await manager.query(
    'SELECT body_sha256, answer FROM document_requests WHERE operation = $1 AND idempotency_key = $2',
    [call.operation, call.key],
  );
  if (row && row.body_sha256 !== call.bodyHash) throw new IdempotencyConflictError();
  return row?.answer;
}

/** Keeps an answer in the transaction that makes it true. Waits for, and gives way to, a call with the same key. */
export async function keepAnswer(manager: EntityManager, call: KeyedCall, answer: object): Promise<void> {
  const kept: unknown[] = await manager.query(
    `INSERT INTO document_requests (operation, idempotency_key, body_sha256, answer) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [call.operation, call.key, call.bodyHash, JSON.stringify(answer)],
  );
  if (kept.length === 0) throw new AlreadyAnsweredError();
}
