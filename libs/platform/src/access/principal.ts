import type { Scope } from './scopes.js';

/** Who makes a call. */
export interface Principal {
  kind: 'key' | 'session' | 'oidc' | 'anonymous';
  /** Stays the same as long as the key, the session or the person does. */
  id: string;
  /** For people: whose it is, or what for. */
  name: string;
  /** The one user whose data the call may see and change. Absent: every user's. */
  userId?: string | undefined;
  scopes: readonly Scope[];
}

/** Everybody, as long as no key is asked for. */
export const ANYBODY: Principal = {
  kind: 'anonymous',
  id: 'anonymous',
  name: 'anonymous',
  scopes: ['admin'],
};
