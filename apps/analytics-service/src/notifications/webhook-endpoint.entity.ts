import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NotificationType } from './notification.js';

/** `gone`: it answered 410. `failing`: nothing was delivered for three days. */
export type DisabledReason = 'by_hand' | 'gone' | 'failing';

const nullableText = { type: 'text', nullable: true } as const;
const nullableTime = { type: 'timestamptz', nullable: true } as const;

/** Somebody's receiver of notifications. */
@Entity({ name: 'webhook_endpoints' })
export class WebhookEndpointEntity {
  /** A UUIDv7: newer ones are greater. */
  @PrimaryColumn('uuid') id: string = '';
  /** Whose clicks and bookings it is told of; null: everybody's. */
  @Column(nullableText) user_id: string | null = null;
  @Column('text') url: string = '';
  @Column('text', { array: true }) types: NotificationType[] = [];
  @Column(nullableText) description: string | null = null;
  @Column('boolean') enabled: boolean = true;
  @Column(nullableText) disabled_reason: DisabledReason | null = null;
  /** The first failure after the last success. */
  @Column(nullableTime) failing_since: Date | null = null;
  @Column('text') secret: string = '';
  /** Signs too, until its time is over. */
  @Column(nullableText) previous_secret: string | null = null;
  @Column(nullableTime) previous_secret_until: Date | null = null;
  @Column({ type: 'timestamptz', insert: false, update: false }) created_at: Date = new Date(0);
  @Column('timestamptz') updated_at: Date = new Date(0);
}
