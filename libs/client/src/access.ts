import type { Answers } from './generated/answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** Whose data it opens is `user_id`; null: everybody's. `starts_with` is how its owner tells it from others. */
export type ApiKey = Answers['KeysController_get'];

export type Scope = ApiKey['scopes'][number];

/** A key that has just been made: `key` is shown this once. */
export type NewApiKey = Answers['KeysController_create'];

/** With `user_id` it opens that user's data, all of it unless `scopes` say less; without, `scopes` must be given. */
export interface KeyRequest {
  name: string;
  user_id?: string;
  scopes?: Scope[];
  /** ISO 8601 with its zone. */
  expires_at?: string;
}

export interface AuditEntry {
  id: string;
  occurred_at: string;
  /** What was done, for example `key.created`. */
  action: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  /** To what, mostly an id. */
  target: string | null;
  details: Record<string, unknown>;
  /** Names the request in the server's log. */
  request_id: string | null;
}

export interface AuditFilter {
  action?: string;
  actor_id?: string;
  target?: string;
  /** Exports of what is held of this user. */
  user_id?: string;
}

/** Keys, and the log of who did what: for administrators. */
export class Access {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.transport = new Transport(options);
  }

  createKey(request: KeyRequest, options: CallOptions = {}): Promise<NewApiKey> {
    return this.transport.call({ method: 'POST', path: '/api/keys', body: request, ...options });
  }

  /** Newest first, also those that are over. */
  listKeys(filter: { user_id?: string } = {}, options: CallOptions = {}): AsyncGenerator<ApiKey, void> {
    return this.listAll('/api/keys', 'keys', { ...filter, ...options });
  }

  getKey(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.transport.call({ method: 'GET', path: pathOf(id), ...options });
  }

  changeKey(
    id: string,
    change: { name?: string; expires_at?: string | null },
    options: CallOptions = {},
  ): Promise<ApiKey> {
    return this.transport.call({ method: 'PATCH', path: pathOf(id), body: change, ...options });
  }

  /** The key in use is taken beside its successor for some hours; 24 unless said otherwise. */
  rotateKey(
    id: string,
    rotation: { overlap_hours?: number } = {},
    options: CallOptions = {},
  ): Promise<NewApiKey> {
    return this.transport.call({ method: 'POST', path: `${pathOf(id)}/rotate`, body: rotation, ...options });
  }

  /** For good. */
  revokeKey(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.transport.call({ method: 'DELETE', path: pathOf(id), ...options });
  }

  /** Newest first. */
  listAudit(filter: AuditFilter = {}, options: CallOptions = {}): AsyncGenerator<AuditEntry, void> {
    return this.listAll('/api/audit', 'entries', { ...filter, ...options });
  }

  private async *listAll<Row>(
    path: string,
    name: 'keys' | 'entries',
    { signal, ...filter }: CallOptions & Record<string, unknown>,
  ): AsyncGenerator<Row, void> {
    for (let cursor: string | undefined; ; ) {
      const query = { ...(filter as Record<string, string | undefined>), cursor };
      const page = await this.transport.call<Record<typeof name, Row[]> & { next_cursor: string | null }>({
        method: 'GET',
        path,
        query,
        signal,
      });
      yield* page[name];
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }
}

function pathOf(id: string): string {
  return `/api/keys/${encodeURIComponent(id)}`;
}
