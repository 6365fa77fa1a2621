import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from './scopes.js';

const nullableText = { type: 'text', nullable: true } as const;

/** Somebody who has logged in with a browser. */
@Entity({ name: 'sessions' })
export class SessionEntity {
  @PrimaryColumn('uuid') id: string = '';
  /** SHA-256 of what the cookie holds, in hex. */
  @Column('text') hash: string = '';
  /** Of the key that it was begun with: it ends with that, and may do what that may. Null: vouched for by an identity provider. */
  @Column(nullableText) key_hash: string | null = null;
  @Column('text') name: string = '';
  @Column(nullableText) user_id: string | null = null;
  @Column('text', { array: true }) scopes: Scope[] = [];
  @Column('timestamptz') created_at: Date = new Date(0);
  @Column('timestamptz') expires_at: Date = new Date(0);
}
