import type { AuditEntry, Key, Scope } from '../../api/keys.js';

/** What a key allows, in the order in which people need it. */
export const SCOPE_NAMES: Readonly<Record<Scope, string>> = {
  'documents:write': 'Make documents, keep profiles and templates',
  'links:read': 'See links',
  'links:write': 'Make and change links',
  'analytics:read': 'See applications, clicks and figures',
  'analytics:write': 'Change applications, bookings and notifications',
  'privacy:write': 'Hand out and erase what is held of people',
  admin: 'Everything, keys too',
};

export const SCOPES = Object.keys(SCOPE_NAMES) as Scope[];

export const STATE_NAMES: Readonly<Record<Key['state'], string>> = {
  active: 'Works',
  expired: 'Expired',
  revoked: 'Revoked',
};

export const LIFETIMES = [
  { value: '', label: 'Until it is revoked' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
];

const ACTIONS: Readonly<Record<string, string>> = {
  'key.created': 'made a key',
  'key.changed': 'changed a key',
  'key.rotated': 'made a key anew',
  'key.revoked': 'revoked a key',
  'session.begun': 'logged in',
  'session.ended': 'logged out',
  'privacy.exported': 'took out what is held of a person',
  'privacy.anonymized': 'removed addresses from clicks',
  'privacy.erasure_requested': 'began an erasure',
  'privacy.erasures_replayed': 'did finished erasures again',
  'admin.delivery_retried': 'had a booking’s delivery processed again',
};

/** `Jordan’s laptop made a key`; an action that has no words yet is named as it is. */
export function sayAction({
  actor_kind,
  actor_name,
  action,
}: Omit<AuditEntry, 'id' | 'occurred_at'>): string {
  const actor = actor_kind === 'anonymous' ? 'Somebody' : actor_name;
  return `${actor} ${ACTIONS[action] ?? action}`;
}
