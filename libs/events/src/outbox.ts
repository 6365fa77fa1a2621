import type { EventDefinition } from '#contracts';

/** Runs SQL in the caller's transaction: TypeORM's EntityManager and QueryRunner both fit. */
export interface SqlRunner {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/**
 * DDL of a transactional outbox, for a migration. `table` is a trusted name, best with its schema: `links.outbox`.
 * `payload` is `json`, not `jsonb`, so that an event leaves as the text that was written; a trigger may write rows too.
 */
export function outboxTableSql(table: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${table} (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      routing_key text NOT NULL,
      payload json NOT NULL,
      created_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`;
}

export interface OutboxEntry<T> {
  table: string;
  definition: EventDefinition<T>;
  event: T;
}

/**
 * Writes an event in the transaction that makes it true: both are committed or neither. The OutboxRelay publishes it.
 * Throws InvalidEventError when the event is not what its definition says, before anything is written.
 */
export async function appendToOutbox<T>(transaction: SqlRunner, entry: OutboxEntry<T>): Promise<void> {
  const text = JSON.stringify(entry.event);
  entry.definition.parse(text);
  await transaction.query(`INSERT INTO ${entry.table} (routing_key, payload) VALUES ($1, $2)`, [
    entry.definition.routingKey,
    text,
  ]);
}
