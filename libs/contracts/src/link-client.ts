import type { Link, LinkToMint, MintResult } from './generated/footfall/links/v1/links.js';

/** Links of one document, all for the same user, job and application. */
export interface MintLinks {
  /** The configured default user when absent. */
  userId?: string;
  jobId?: string;
  applicationId?: string;
  /** 1 to 100. */
  links: LinkToMint[];
}

/**
 * What other services need of link-service, whether it lives in this process or behind gRPC.
 *
 * Guarantees: a call settles within `deadlineMs`; link-service being away, slow or refusing the whole call
 * rejects with {@link LinkServiceUnavailableError}, never hangs.
 */
export interface LinkClient {
  /**
   * Mints or finds links; results stand in the order of the request. A URL that link-service refuses is a
   * `refusal` in its place, not an error of the call.
   */
  mintLinks(request: MintLinks, deadlineMs: number): Promise<MintResult[]>;
  /** The link as it stands, or undefined when link-service knows no such id. */
  findLink(trackingId: string, deadlineMs: number): Promise<Link | undefined>;
  /**
   * Every link changed after `afterRevision` (0: every link), in batches of ascending revision; ends when all
   * that was committed has been seen. Reading slowly holds the sender back.
   */
  watchLinks(afterRevision: number): AsyncIterable<Link[]>;
}

/** Injection token of the {@link LinkClient}. */
export const LINK_CLIENT = Symbol('LINK_CLIENT');

/** Link-service did not answer in time, is away, or refused the whole call; `message` says which. */
export class LinkServiceUnavailableError extends Error {
  readonly code = 'link_service_unavailable';
  override readonly name = 'LinkServiceUnavailableError';
}
