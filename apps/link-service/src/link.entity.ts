import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LinkDestination } from '#contracts';

/**
 * A row of `link_tracking`. Rows that people wrote by hand may hold anything that the columns take, so what leaves
 * the service passes `parseLinkState` first.
 */
@Entity({ name: 'link_tracking' })
export class LinkEntity {
  @PrimaryColumn({ name: 'tracking_id', type: 'varchar', length: 100 })
  trackingId!: string;

  @Column({ name: 'user_id', type: 'text' })
  userId!: string;

  @Column({ name: 'job_id', type: 'text', nullable: true })
  jobId!: string | null;

  @Column({ name: 'application_id', type: 'text', nullable: true })
  applicationId!: string | null;

  @Column({ name: 'link_function', type: 'text' })
  linkFunction!: string;

  @Column({ name: 'link_type', type: 'text' })
  linkType!: string;

  @Column({ name: 'original_url', type: 'text' })
  originalUrl!: string;

  /** Null only between an operator's INSERT and the relay's next round. */
  @Column({ name: 'redirect_url', type: 'text', nullable: true })
  redirectUrl!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'created_by', type: 'text' })
  createdBy!: string;

  @Column({ name: 'is_active', type: 'boolean' })
  isActive!: boolean;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** From then on the link is off, whatever `isActive` says. */
  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /** Where a link that is off leads; null: nowhere. */
  @Column({ name: 'fallback_url', type: 'text', nullable: true })
  fallbackUrl!: string | null;

  /** One of contracts' LINK_DESTINATIONS, held by a check of the table. */
  @Column({ type: 'text' })
  destination!: LinkDestination;

  /** Kept by a trigger, so that it is right after a hand-made UPDATE too. */
  @Column({ name: 'deactivated_at', type: 'timestamptz', precision: 3, nullable: true })
  deactivatedAt!: Date | null;
}
