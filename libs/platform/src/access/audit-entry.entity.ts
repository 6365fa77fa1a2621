import { Column, Entity, PrimaryColumn } from 'typeorm';

const nullableText = { type: 'text', nullable: true } as const;

/** Somebody did something. */
@Entity({ name: 'audit_log' })
export class AuditEntryEntity {
  /** A UUIDv7: newer ones are greater. */
  @PrimaryColumn('uuid') id: string = '';
  @Column('timestamptz') occurred_at: Date = new Date(0);
  /** What, for example `key.created`. */
  @Column('text') action: string = '';
  @Column('text') actor_kind: string = '';
  @Column('text') actor_id: string = '';
  @Column('text') actor_name: string = '';
  /** Whose data the actor was bound to; null: everybody's. */
  @Column(nullableText) actor_user_id: string | null = null;
  /** To what, mostly an id. */
  @Column(nullableText) target: string | null = null;
  @Column('jsonb') details: object = {};
  @Column(nullableText) request_id: string | null = null;
}
