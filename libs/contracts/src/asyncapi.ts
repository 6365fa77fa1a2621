import { z } from 'zod';
import type { EventDefinition } from './event-definition.js';
import { EVENTS } from './events.js';
import { QUEUES } from './queues.js';

/** Name of the topic exchange that every event goes through. */
export const EXCHANGE = 'footfall.events';

/**
 * The events as an AsyncAPI 3 document, made from the definitions themselves. `asyncapi.json` beside this lib is its
 * committed form; a test holds the two against each other.
 */
export function describeEvents(): Record<string, unknown> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Footfall events',
      version: '1.0.0',
      description:
        'Immutable facts on the topic exchange footfall.events. A message is a JSON array of events of one kind; the routing key names kind and version. Delivery is at least once: drop an event_id that you have already stored, and ignore fields that you do not know.',
    },
    channels: Object.fromEntries(EVENTS.map((event) => [event.routingKey, describeChannel(event)])),
    operations: Object.fromEntries(
      Object.entries(QUEUES).map(([queue, event]) => [
        queue,
        { action: 'receive', channel: { $ref: `#/channels/${event.routingKey}` } },
      ]),
    ),
    components: {
      schemas: Object.fromEntries(EVENTS.map((event) => [event.routingKey, z.toJSONSchema(event.schema)])),
    },
  };
}

function describeChannel(event: EventDefinition<unknown>) {
  return {
    address: event.routingKey,
    bindings: { amqp: { is: 'routingKey', exchange: { name: EXCHANGE, type: 'topic', durable: true } } },
    messages: {
      [event.routingKey]: {
        contentType: 'application/json',
        payload: { type: 'array', items: { $ref: `#/components/schemas/${event.routingKey}` } },
      },
    },
  };
}
