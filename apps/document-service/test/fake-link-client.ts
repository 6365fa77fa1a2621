import { randomBytes } from 'node:crypto';
import type { Link, LinkClient, MintLinks, MintResult } from '#contracts';
import { LinkServiceUnavailableError } from '#contracts';

/** Link-service as documents see it, in each of its moods. Get-or-create like the real one. */
export class FakeLinkClient implements LinkClient {
  mood: 'up' | 'down' | 'hanging' | 'silent about some' = 'up';
  /** Functions that are refused, with the code. */
  refusals: Record<string, string> = {};
  deactivated = new Set<string>();
  readonly calls: MintLinks[] = [];
  private readonly links = new Map<string, Link>();

  async mintLinks(request: MintLinks): Promise<MintResult[]> {
    this.calls.push(request);
    if (this.mood === 'down') throw new LinkServiceUnavailableError('link-service: connection refused');
    if (this.mood === 'hanging') return new Promise(() => undefined);
    const results = request.links.map(({ originalUrl, linkFunction }): MintResult => {
      const code = this.refusals[linkFunction];
      if (code) return { created: false, refusal: { code, message: `The ${linkFunction} URL is refused.` } };
      const key = JSON.stringify([
        request.userId,
        request.jobId,
        request.applicationId,
        linkFunction,
        originalUrl,
      ]);
      const existing = this.links.get(key);
      const link = existing ?? this.mint(linkFunction, originalUrl);
      this.links.set(key, link);
      return { created: !existing, link: { ...link, isActive: !this.deactivated.has(linkFunction) } };
    });
    return this.mood === 'silent about some' ? results.slice(0, 1) : results;
  }

  async findLink(): Promise<undefined> {
    return undefined;
  }

  async *watchLinks(): AsyncIterable<Link[]> {}

  private mint(linkFunction: string, originalUrl: string): Link {
    const trackingId = `lt_${linkFunction.toLowerCase()}_${randomBytes(8).toString('hex')}`;
    return {
      trackingId,
      userId: 'default',
      linkFunction,
      linkType: 'external',
      originalUrl,
      redirectUrl: `http://localhost:5000/track/${trackingId}`,
      isActive: true,
      createdAt: new Date(),
      revision: 1,
    };
  }
}
