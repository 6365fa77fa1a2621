import { Injectable } from '@nestjs/common';
import {
  type Link,
  type LinkClient,
  LinkServiceUnavailableError,
  type MintLinks,
  type MintResult,
} from '#contracts';
import { LinksService } from './links.service.js';

/** {@link LinkClient} for modules that share the process with link-service. */
@Injectable()
export class InProcessLinkClient implements LinkClient {
  constructor(private readonly links: LinksService) {}

  mintLinks(request: MintLinks, deadlineMs: number): Promise<MintResult[]> {
    return settleWithin(
      deadlineMs,
      this.links.mintLinks(request, { signal: AbortSignal.timeout(deadlineMs) }),
    );
  }

  findLink(trackingId: string, deadlineMs: number): Promise<Link | undefined> {
    return settleWithin(deadlineMs, this.links.findLink(trackingId));
  }

  async *watchLinks(afterRevision: number): AsyncIterable<Link[]> {
    try {
      yield* this.links.watchLinks(afterRevision);
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

/** What a late call has begun goes on by itself; its outcome is found by the next: links are get-or-create. */
async function settleWithin<T>(deadlineMs: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([call, late]);
  } catch (cause) {
    throw unavailable(cause);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(cause: unknown): LinkServiceUnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LinkServiceUnavailableError(`link-service: ${reason}`, { cause });
}
