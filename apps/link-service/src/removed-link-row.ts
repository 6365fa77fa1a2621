import type { LinkEntity } from './link.entity.js';

/**
 * A deleted row, from the trigger's copy of it (columns as JSON), as an inactive link: so that gateways stop
 * redirecting to it.
 */
export function removedLinkRow(removed: Record<string, unknown>): LinkEntity {
  return {
    trackingId: String(removed.tracking_id),
    userId: String(removed.user_id),
    jobId: textOf(removed.job_id),
    applicationId: textOf(removed.application_id),
    linkFunction: String(removed.link_function),
    linkType: String(removed.link_type),
    originalUrl: String(removed.original_url),
    redirectUrl: textOf(removed.redirect_url),
    createdAt: new Date(String(removed.created_at)),
    createdBy: String(removed.created_by),
    isActive: false,
    description: textOf(removed.description),
    deactivatedAt: null,
    expiresAt: null,
    // What somebody deleted is gone, and leads nowhere kind either.
    fallbackUrl: null,
    destination: 'fixed',
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
