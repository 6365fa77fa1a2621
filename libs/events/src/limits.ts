/** Failures of its handler after which a message is parked: the first one and this many more. */
export const DELIVERY_LIMIT = 20;

/**
 * The broker's own limit counts every return of a message, also by a consumer that crashed, was stopped or lost its
 * connection: healthy messages must not be parked for that. What is left to it is the message that kills each
 * consumer that takes it.
 */
export const BROKER_DELIVERY_LIMIT = 10_000;

/** First wait before a failed message is handed over again; it doubles with each failure… */
export const REDELIVERY_DELAY_MS = 100;

/** …up to this many times the first: five seconds. */
export const MAX_REDELIVERY_FACTOR = 50;
