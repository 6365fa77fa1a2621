import type { Link, LinkChanged } from '#contracts';
import { locationOf } from './location.js';

/** A link as the redirect needs it: everything that can be worked out before a click has been. */
export interface ReplicaLink {
  trackingId: string;
  /** Grows with every change; 0 when the change has no number yet, which any numbered state replaces. */
  revision: number;
  isActive: boolean;
  /** From then on the link is off, ms since 1970. Undefined: never. */
  expiresAt: number | undefined;
  /** The `Location` header. Empty in a link that leads nowhere a browser may be sent. */
  location: string;
  /** The `Location` header while the link is off. Empty: it is gone then. */
  fallback: string;
  /** The link's part of a click event, as JSON text without the braces. Empty in a link that was erased. */
  facts: string;
}

/** Whether a link was erased for good: it is gone, and nobody is told of its hits. */
export function isErased({ facts }: ReplicaLink): boolean {
  return facts === '';
}

function erasedLink(trackingId: string, revision: number): ReplicaLink {
  return {
    trackingId,
    revision,
    isActive: false,
    expiresAt: undefined,
    location: '',
    fallback: '',
    facts: '',
  };
}

/** Where a visitor is sent at `nowMs`; undefined when the link is off and names no other place. */
export function destinationOf({ isActive, expiresAt, location, fallback }: ReplicaLink, nowMs: number) {
  const isOn = isActive && (expiresAt === undefined || nowMs < expiresAt);
  return (isOn && location) || fallback || undefined;
}

export function fromLink(link: Link): ReplicaLink {
  if (link.erased) return erasedLink(link.trackingId, link.revision);
  return build({
    trackingId: link.trackingId,
    revision: link.revision,
    isActive: link.isActive,
    expiresAt: link.expiresAt?.getTime(),
    originalUrl: link.originalUrl,
    fallbackUrl: link.fallbackUrl,
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
  if (event.erased) return erasedLink(event.tracking_id, event.revision);
  return build({
    trackingId: event.tracking_id,
    revision: event.revision,
    isActive: event.is_active,
    expiresAt: event.expires_at === undefined ? undefined : Date.parse(event.expires_at),
    originalUrl: event.original_url,
    fallbackUrl: event.fallback_url,
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

interface Parts extends Pick<ReplicaLink, 'trackingId' | 'revision' | 'isActive' | 'expiresAt'> {
  originalUrl: string;
  fallbackUrl: string | undefined;
  facts: Record<string, string | undefined>;
}

function build({ originalUrl, fallbackUrl = '', facts, ...state }: Parts): ReplicaLink {
  const { trackingId } = state;
  return {
    ...state,
    location: locationOf({ originalUrl, trackingId }) ?? '',
    fallback: locationOf({ originalUrl: fallbackUrl, trackingId }) ?? '',
    facts: JSON.stringify(facts).slice(1, -1),
  };
}
