import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import type { Link, linksV1 } from '#contracts';
import { currentUserId, Scopes, UserScoped } from '#platform';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { LinkEditingService } from './link-editing.service.js';
import { isLinkOn, rowToLink } from './link-state.js';
import { InvalidLinkRequestError, LinkNotFoundError } from './links.errors.js';
import { encodeCursor, listLinksRequestSchema } from './links.schemas.js';
import { LinksService } from './links.service.js';
import { listLinks } from './list-links.query.js';
import { pacedBy } from './paced-stream.js';

/** Links over gRPC: contracts' `footfall.links.v1.LinkService`. */
@Scopes('links:read')
@Controller()
export class LinksGrpcController {
  constructor(
    private readonly links: LinksService,
    private readonly editing: LinkEditingService,
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
  ) {}

  @UserScoped()
  @Scopes('links:write')
  @GrpcMethod('LinkService', 'MintLinks')
  async mintLinks(
    request: linksV1.MintLinksRequest,
    _metadata: Metadata,
    call: ServerUnaryCall<linksV1.MintLinksRequest, linksV1.MintLinksResponse>,
  ): Promise<linksV1.MintLinksResponse> {
    const scope = { ownerId: currentUserId(), signal: cancellationOf(call) };
    return { results: await this.links.mintLinks(request, scope) };
  }

  @UserScoped()
  @GrpcMethod('LinkService', 'ResolveLink')
  async resolveLink({ trackingId }: linksV1.ResolveLinkRequest): Promise<linksV1.ResolveLinkResponse> {
    const link = await this.getExisting(trackingId);
    return { originalUrl: link.originalUrl, isActive: isLinkOn(link), fallbackUrl: link.fallbackUrl };
  }

  @UserScoped()
  @GrpcMethod('LinkService', 'GetLink')
  async getLink({ trackingId }: linksV1.GetLinkRequest): Promise<linksV1.GetLinkResponse> {
    return { link: await this.getExisting(trackingId) };
  }

  /** For gateways, which hold every user's links: needs a key that is bound to no user. */
  @GrpcMethod('LinkService', 'WatchLinks')
  watchLinks(
    { afterRevision }: linksV1.WatchLinksRequest,
    _metadata: Metadata,
    call: ServerWritableStream<linksV1.WatchLinksRequest, linksV1.WatchLinksResponse>,
  ): Observable<linksV1.WatchLinksResponse> {
    return pacedBy(call, this.links.watchLinks(afterRevision), (links) => ({ links }));
  }

  @UserScoped()
  @Scopes('links:write')
  @GrpcMethod('LinkService', 'DeactivateLink')
  async deactivateLink({
    trackingId,
  }: linksV1.DeactivateLinkRequest): Promise<linksV1.DeactivateLinkResponse> {
    return { link: await this.switchExisting(trackingId, false) };
  }

  @UserScoped()
  @Scopes('links:write')
  @GrpcMethod('LinkService', 'ReactivateLink')
  async reactivateLink({
    trackingId,
  }: linksV1.ReactivateLinkRequest): Promise<linksV1.ReactivateLinkResponse> {
    return { link: await this.switchExisting(trackingId, true) };
  }

  @UserScoped()
  @GrpcMethod('LinkService', 'ListLinks')
  async listLinks(request: linksV1.ListLinksRequest): Promise<linksV1.ListLinksResponse> {
    const parsed = listLinksRequestSchema.safeParse(request);
    if (!parsed.success) throw InvalidLinkRequestError.of(parsed.error);
    const { pageToken, ...filter } = parsed.data;
    const { links, next } = await listLinks(this.dataSource, {
      ...filter,
      ownerId: currentUserId(),
      after: pageToken,
    });
    return {
      links: links.map((row) => rowToLink(row, this.config)),
      nextPageToken: next ? encodeCursor(next) : '',
    };
  }

  private async getExisting(trackingId: string): Promise<Link> {
    const link = await this.links.findLink(trackingId, currentUserId());
    if (!link) throw new LinkNotFoundError();
    return link;
  }

  private async switchExisting(trackingId: string, isActive: boolean): Promise<Link> {
    const row = await this.editing.editLink(trackingId, { isActive }, currentUserId());
    if (!row) throw new LinkNotFoundError();
    return rowToLink(row, this.config);
  }
}

/** Aborted when the caller goes away or its deadline passes. */
function cancellationOf(call: Pick<ServerUnaryCall<unknown, unknown>, 'once'>): AbortSignal {
  const cancellation = new AbortController();
  call.once('cancelled', () => cancellation.abort());
  return cancellation.signal;
}
