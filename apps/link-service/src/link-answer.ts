import type { Link } from '#contracts';
import type { LinkServiceConfig } from './config.js';
import type { LinkEntity } from './link.entity.js';
import { rowToLink } from './link-state.js';

/** A link as REST answers it. */
export function toAnswer(link: Link) {
  return {
    tracking_id: link.trackingId,
    redirect_url: link.redirectUrl,
    original_url: link.originalUrl,
    link_function: link.linkFunction,
    link_type: link.linkType,
    job_id: link.jobId ?? null,
    application_id: link.applicationId ?? null,
    user_id: link.userId,
    description: link.description ?? null,
    created_at: link.createdAt,
    is_active: link.isActive,
    expires_at: link.expiresAt ?? null,
    fallback_url: link.fallbackUrl ?? null,
    destination: link.destination ?? 'fixed',
  };
}

/** A stored link with what only its row says. */
export function rowToAnswer(row: LinkEntity, config: LinkServiceConfig) {
  return { ...toAnswer(rowToLink(row, config)), deactivated_at: row.deactivatedAt };
}
