import type { PinoLogger } from 'nestjs-pino';
import type { EventBus, Subscription } from '#events';

/**
 * Subscribes without waiting for the broker: answers are served while it is away, and readiness says that no consumer
 * lives yet. The bus keeps trying by itself; it gives up only when it is closed.
 */
export function startConsumer<T>(bus: EventBus, subscription: Subscription<T>, logger: PinoLogger): void {
  bus.subscribe(subscription).catch((error: unknown) => {
    logger.warn({ err: error, queue: subscription.queue }, 'consumer did not start');
  });
}
