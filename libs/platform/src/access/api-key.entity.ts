import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from './scopes.js';

const nullableText = { type: 'text', nullable: true } as const;
const nullableTime = { type: 'timestamptz', nullable: true } as const;

/** A key, and for a while the one before its last rotation. Keys are never removed: what was once asked for stays so. */
@Entity({ name: 'api_keys' })
export class ApiKeyEntity {
  /** A UUIDv7: newer ones are greater. */
  @PrimaryColumn('uuid') id: string = '';
  @Column('text') name: string = '';
  /** Whose data it opens; null: everybody's. */
  @Column(nullableText) user_id: string | null = null;
  @Column('text', { array: true }) scopes: Scope[] = [];
  /** By which its owner tells it from others. */
  @Column('text') starts_with: string = '';
  /** SHA-256, in hex. */
  @Column('text') hash: string = '';
  /** Is taken too, until its time is over. */
  @Column(nullableText) previous_hash: string | null = null;
  @Column(nullableTime) previous_expires_at: Date | null = null;
  @Column(nullableTime) previous_last_used_at: Date | null = null;
  @Column('timestamptz') created_at: Date = new Date(0);
  /** Name of the key or person that made it. */
  @Column('text') created_by: string = '';
  @Column(nullableTime) expires_at: Date | null = null;
  /** To the minute. */
  @Column(nullableTime) last_used_at: Date | null = null;
  @Column(nullableTime) revoked_at: Date | null = null;
}

export type KeyState = 'active' | 'expired' | 'revoked';

export function stateOf(
  { revoked_at, expires_at }: Pick<ApiKeyEntity, 'revoked_at' | 'expires_at'>,
  now: Date,
): KeyState {
  if (revoked_at) return 'revoked';
  return expires_at && expires_at <= now ? 'expired' : 'active';
}
