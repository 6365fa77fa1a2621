import { Column, Entity, PrimaryColumn } from 'typeorm';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One try, as the log shows it. */
export interface Attempt {
  at: string;
  status?: number;
  response?: string;
  error?: string;
  duration_ms: number;
}

/** One message for one receiver. */
@Entity({ name: 'webhook_deliveries' })
export class WebhookDeliveryEntity {
  /** A bigint, as text; grows. */
  @PrimaryColumn('bigint') id: string = '';
  @Column('uuid') endpoint_id: string = '';
  /** The `webhook-id` that the receiver sees. */
  @Column('text') message_id: string = '';
  @Column('text') type: string = '';
  /** JSON text. */
  @Column('text') body: string = '';
  @Column('text') status: DeliveryStatus = 'pending';
  /** The last twenty. */
  @Column('jsonb') attempts: Attempt[] = [];
  /** Null: no further attempt is due. */
  @Column({ type: 'timestamptz', nullable: true }) next_attempt_at: Date | null = null;
  @Column('timestamptz') created_at: Date = new Date(0);
}
