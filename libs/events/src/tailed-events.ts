import { TAILED_EVENTS } from '#contracts';

const TAILED = new Set<string>(TAILED_EVENTS.map(({ routingKey }) => routingKey));

export function isTailed(routingKey: string): boolean {
  return TAILED.has(routingKey);
}

/** Throws for a kind of event of which no copy is published for tails. */
export function requireTailed(routingKey: string): void {
  if (!isTailed(routingKey)) throw new Error(`${routingKey} is not among contracts' TAILED_EVENTS`);
}
