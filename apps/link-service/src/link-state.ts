import { randomUUID } from 'node:crypto';
import { type Link, type LinkChanged, linkChanged } from '#contracts';
import type { LinkServiceConfig } from './config.js';
import { type DestinationRules, parseDestinationUrl } from './destination-url.js';
import type { LinkEntity } from './link.entity.js';

/** What a `link.changed.v1` event says of the link itself. */
export type LinkState = Omit<LinkChanged, 'event_id' | 'occurred_at' | 'request_id' | 'revision'>;

/** A row of `link_state`: the newest usable state of a link under the revision it was given. */
export interface NumberedLinkState {
  revision: number;
  state: LinkState;
}

/**
 * The state that a row of `link_tracking` stands for. Rows may be hand-made, so everything that the event and the
 * redirect promise is checked here again: what does not pass must not reach a gateway.
 *
 * Throws InvalidUrlError or contracts' InvalidEventError.
 */
export function parseLinkState(row: LinkEntity, config: LinkServiceConfig): LinkState {
  const rules = destinationRules(config);
  const {
    revision: _,
    event_id,
    occurred_at,
    ...state
  } = linkChanged.parse(
    JSON.stringify({
      event_id: randomUUID(),
      occurred_at: row.createdAt,
      revision: 1,
      tracking_id: row.trackingId,
      user_id: row.userId,
      job_id: row.jobId ?? undefined,
      application_id: row.applicationId ?? undefined,
      link_function: row.linkFunction,
      link_type: row.linkType,
      original_url: parseDestinationUrl(row.originalUrl, rules),
      redirect_url: row.redirectUrl ?? redirectUrlOf(row.trackingId, config),
      description: row.description ?? undefined,
      is_active: row.isActive,
      created_at: row.createdAt,
      expires_at: row.expiresAt ?? undefined,
      fallback_url: row.fallbackUrl === null ? undefined : parseDestinationUrl(row.fallbackUrl, rules),
      destination: row.destination,
    }),
  );
  return state;
}

/** What stays of a link that was erased: that it is gone. */
export function erasedLinkState(trackingId: string): LinkState {
  return {
    tracking_id: trackingId,
    user_id: 'erased',
    link_function: 'Erased',
    link_type: 'external',
    original_url: '',
    redirect_url: '',
    is_active: false,
    created_at: new Date(0).toISOString(),
    erased: true,
  };
}

export function toLink({ state, revision }: NumberedLinkState): Link {
  return {
    trackingId: state.tracking_id,
    userId: state.user_id,
    jobId: state.job_id,
    applicationId: state.application_id,
    linkFunction: state.link_function,
    linkType: state.link_type,
    originalUrl: state.original_url,
    redirectUrl: state.redirect_url,
    description: state.description,
    isActive: state.is_active,
    createdAt: new Date(state.created_at),
    expiresAt: state.expires_at === undefined ? undefined : new Date(state.expires_at),
    fallbackUrl: state.fallback_url,
    destination: state.destination,
    erased: state.erased,
    revision,
  };
}

/** A row as it stands, unchecked: for those who look after links, not for those who follow them. */
export function rowToLink(row: LinkEntity, config: LinkServiceConfig): Link {
  return {
    trackingId: row.trackingId,
    userId: row.userId,
    jobId: row.jobId ?? undefined,
    applicationId: row.applicationId ?? undefined,
    linkFunction: row.linkFunction,
    linkType: row.linkType,
    originalUrl: row.originalUrl,
    redirectUrl: row.redirectUrl ?? redirectUrlOf(row.trackingId, config),
    description: row.description ?? undefined,
    isActive: row.isActive,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    fallbackUrl: row.fallbackUrl ?? undefined,
    destination: row.destination,
    revision: 0,
  };
}

/** Whether the link leads to its own page: it is switched on and has not expired. */
export function isLinkOn({ isActive, expiresAt }: Pick<Link, 'isActive' | 'expiresAt'>): boolean {
  return isActive && (expiresAt === undefined || expiresAt.getTime() > Date.now());
}

export function redirectUrlOf(trackingId: string, { BASE_REDIRECT_URL }: LinkServiceConfig): string {
  return `${BASE_REDIRECT_URL}/${trackingId}`;
}

export function destinationRules(config: LinkServiceConfig): DestinationRules {
  return {
    allowPrivateDestinations: config.ALLOW_PRIVATE_DESTINATIONS,
    baseRedirectUrl: config.BASE_REDIRECT_URL,
  };
}
