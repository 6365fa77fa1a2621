import type { Link, LinkChanged } from '#contracts';
import { locationOf } from './location.js';

/** A link as the redirect needs it: everything that can be worked out before a click has been. */
export interface ReplicaLink {
  trackingId: string;
  /** Grows with every change; 0 when the change has no number yet, which any numbered state replaces. */
  revision: number;
  isActive: boolean;
  /** The `Location` header. Empty in a link that leads nowhere a browser may be sent. */
  location: string;
  /** The link's part of a click event, as JSON text without the braces. */
  facts: string;
}

export function fromLink(link: Link): ReplicaLink {
  return build({
    trackingId: link.trackingId,
    revision: link.revision,
    isActive: link.isActive,
    originalUrl: link.originalUrl,
    facts: {
      tracking_id: link.trackingId,
      user_id: link.userId,
      job_id: link.jobId || undefined,
      application_id: link.applicationId || undefined,
      link_function: link.linkFunction,
      link_created_at: link.createdAt?.toISOString(),
    },
  });
}

export function fromLinkChanged(event: LinkChanged): ReplicaLink {
  return build({
    trackingId: event.tracking_id,
    revision: event.revision,
    isActive: event.is_active,
    originalUrl: event.original_url,
    facts: {
      tracking_id: event.tracking_id,
      user_id: event.user_id,
      job_id: event.job_id,
      application_id: event.application_id,
      link_function: event.link_function,
      link_created_at: event.created_at,
    },
  });
}

interface Parts {
  trackingId: string;
  revision: number;
  isActive: boolean;
  originalUrl: string;
  facts: Record<string, string | undefined>;
}

function build({ trackingId, revision, isActive, originalUrl, facts }: Parts): ReplicaLink {
  return {
    trackingId,
    revision,
    isActive,
    location: locationOf({ originalUrl, trackingId }) ?? '',
    facts: JSON.stringify(facts).slice(1, -1),
  };
}
