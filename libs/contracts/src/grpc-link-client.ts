import { type ChannelCredentials, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  type GetLinkResponse,
  type Link,
  LinkServiceClient,
  type MintLinksResponse,
  type MintResult,
  type WatchLinksResponse,
} from './generated/footfall/links/v1/links.js';
import { type LinkClient, LinkServiceUnavailableError, type MintLinks } from './link-client.js';
import { traceCalls } from './trace-calls.js';

export interface GrpcLinkClientOptions {
  /** `host:port` of link-service's gRPC port. */
  address: string;
  /** Sent as `x-api-key` when link-service asks for one. */
  apiKey?: string;
  /** TLS to link-service; plain when absent. */
  credentials?: ChannelCredentials;
}

/**
 * What is tried again, and only within the call's deadline: GetLink reads, and MintLinks is get-or-create, so a mint
 * whose answer was lost finds its links the second time. Only UNAVAILABLE: the server is away, or says that its
 * database is. About 350 ms at most go into waiting; when most calls fail, retries stop so as not to add to the trouble.
 * WatchLinks is not tried again here, since only its reader knows the last revision that it has kept.
 */
const SERVICE_CONFIG = JSON.stringify({
  methodConfig: [
    {
      name: ['MintLinks', 'GetLink'].map((method) => ({ service: 'footfall.links.v1.LinkService', method })),
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.05s',
        maxBackoff: '0.2s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
  retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
});

/** {@link LinkClient} over gRPC. The channel connects lazily and reconnects by itself with backoff. */
export class GrpcLinkClient implements LinkClient {
  private readonly client: LinkServiceClient;
  private readonly metadata = new Metadata();

  constructor({ address, apiKey, credentials: tls }: GrpcLinkClientOptions) {
    this.client = new LinkServiceClient(address, tls ?? credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2_000,
      'grpc.service_config': SERVICE_CONFIG,
      interceptors: [traceCalls],
    });
    if (apiKey) this.metadata.set('x-api-key', apiKey);
  }

  async mintLinks(request: MintLinks, deadlineMs: number): Promise<MintResult[]> {
    const response = await unary<MintLinksResponse>((done) =>
      this.client.mintLinks(
        { ...request, userId: request.userId ?? '' },
        this.metadata,
        deadline(deadlineMs),
        done,
      ),
    );
    return response.results;
  }

  async findLink(trackingId: string, deadlineMs: number): Promise<Link | undefined> {
    try {
      const response = await unary<GetLinkResponse>((done) =>
        this.client.getLink({ trackingId }, this.metadata, deadline(deadlineMs), done),
      );
      return response.link;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async *watchLinks(afterRevision: number): AsyncIterable<Link[]> {
    const stream = this.client.watchLinks({ afterRevision }, this.metadata);
    try {
      for await (const response of stream) yield (response as WatchLinksResponse).links;
    } catch (cause) {
      throw unavailable(cause);
    } finally {
      stream.cancel();
    }
  }

  close(): void {
    this.client.close();
  }
}

function deadline(deadlineMs: number) {
  return { deadline: Date.now() + deadlineMs };
}

function unary<R>(call: (done: (error: ServiceError | null, response: R) => void) => void): Promise<R> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(unavailable(error)) : resolve(response)));
  });
}

function unavailable(cause: unknown): LinkServiceUnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LinkServiceUnavailableError(`link-service: ${reason}`, { cause });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error.cause as ServiceError | undefined)?.code === status.NOT_FOUND;
}
