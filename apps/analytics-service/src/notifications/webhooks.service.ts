import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { NotYourUserError } from '#platform';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { disableEndpoint } from './delivery-queue.query.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { makeSecret } from './webhook-signature.js';
import { parseWebhookUrl } from './webhook-url.js';
import { TooManyWebhooksError, WebhookNotFoundError } from './webhooks.errors.js';
import type { ChangeWebhook, CreateWebhook } from './webhooks.schemas.js';

/** Of one user, and of no user: each is told everything, so a click costs as many messages. */
const MAX_WEBHOOKS = 20;
/** How long the secret before the last rotation signs too. */
const OVERLAP_MS = 24 * 3_600_000;

/** Who may see and change: `ownerId` undefined, everybody's. Somebody else's webhook does not exist. */
@Injectable()
export class Webhooks {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
  ) {}

  /** @throws NotYourUserError, InvalidWebhookUrlError, TooManyWebhooksError */
  async create(wanted: CreateWebhook, ownerId: string | undefined): Promise<WebhookEndpointEntity> {
    if (ownerId !== undefined && (wanted.user_id ?? ownerId) !== ownerId) throw new NotYourUserError();
    const userId = ownerId ?? wanted.user_id ?? null;
    const url = parseWebhookUrl(wanted.url, this.config.ALLOW_PRIVATE_WEBHOOKS);
    const held = await this.repository.countBy({ user_id: userId ?? IsNull() });
    if (held >= MAX_WEBHOOKS) throw new TooManyWebhooksError(MAX_WEBHOOKS);
    const endpoint = this.repository.create({
      id: uuidv7(),
      user_id: userId,
      url,
      types: wanted.types,
      description: wanted.description ?? null,
      enabled: wanted.enabled,
      disabled_reason: wanted.enabled ? null : 'by_hand',
      secret: makeSecret(),
      updated_at: new Date(),
    });
    await this.repository.insert(endpoint);
    return this.get(endpoint.id, ownerId);
  }

  /** Oldest first, after the one of that id. */
  list({ userId, after, limit }: { userId: string | undefined; after: string | undefined; limit: number }) {
    return this.repository.find({
      where: { ...(userId !== undefined && { user_id: userId }), ...(after && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** @throws WebhookNotFoundError */
  async get(id: string, ownerId: string | undefined): Promise<WebhookEndpointEntity> {
    const found = isUuid(id)
      ? await this.repository.findOneBy({ id, ...(ownerId && { user_id: ownerId }) })
      : null;
    if (!found) throw new WebhookNotFoundError();
    return found;
  }

  /** Enabling begins anew: what had made it fail is forgotten. */
  async change(
    id: string,
    change: ChangeWebhook,
    ownerId: string | undefined,
  ): Promise<WebhookEndpointEntity> {
    const { enabled, url, ...rest } = change;
    await this.get(id, ownerId);
    await this.dataSource.transaction(async (manager) => {
      if (enabled === false) await disableEndpoint(manager, id, 'by_hand');
      await manager.update(WebhookEndpointEntity, id, {
        ...rest,
        ...(url !== undefined && { url: parseWebhookUrl(url, this.config.ALLOW_PRIVATE_WEBHOOKS) }),
        ...(enabled && { enabled, disabled_reason: null, failing_since: null }),
        updated_at: new Date(),
      });
    });
    return this.get(id, ownerId);
  }

  /** Its log and what waits for it go along. */
  async remove(id: string, ownerId: string | undefined): Promise<void> {
    await this.get(id, ownerId);
    await this.repository.delete(id);
  }

  /** From now on messages carry a signature by the new secret, and for a day one by the old. */
  async rotateSecret(id: string, ownerId: string | undefined): Promise<WebhookEndpointEntity> {
    const { secret } = await this.get(id, ownerId);
    await this.repository.update(id, {
      secret: makeSecret(),
      previous_secret: secret,
      previous_secret_until: new Date(Date.now() + OVERLAP_MS),
      updated_at: new Date(),
    });
    return this.get(id, ownerId);
  }

  private get repository() {
    return this.dataSource.getRepository(WebhookEndpointEntity);
  }
}
