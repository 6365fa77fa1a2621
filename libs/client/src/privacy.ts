import type { Erasure } from './generated/answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** What to erase: everything of a candidate, of one application, or what is known of a visitor. */
export type ErasureRequest =
  | { user_id: string }
  | { application_id: string; user_id?: string }
  | { ip_address: string }
  | { session_id: string };

/** `done` once every service is; by service, how many of what are gone and what stands in the way. */
export type { Erasure };

/** What is held of a candidate, and its erasure. */
export class Privacy {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.transport = new Transport(options);
  }

  /** Everything held of a candidate, by service. */
  exportUser(userId: string, options: CallOptions = {}): Promise<Record<string, unknown>> {
    const path = `/api/privacy/export/${encodeURIComponent(userId)}`;
    return this.transport.call({ method: 'GET', path, ...options });
  }

  /** Begins it; asking again for the same is harmless. It cannot be undone. */
  erase(request: ErasureRequest, options: CallOptions = {}): Promise<Erasure> {
    const path = '/api/privacy/erasures';
    return this.transport.call({ method: 'POST', path, body: request, isRepeatable: true, ...options });
  }

  getErasure(erasureId: string, options: CallOptions = {}): Promise<Erasure> {
    const path = `/api/privacy/erasures/${encodeURIComponent(erasureId)}`;
    return this.transport.call({ method: 'GET', path, ...options });
  }
}
