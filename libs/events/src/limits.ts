/**
 * Deliveries that end in a failure before a message is parked: the first one and this many more. 20 is also what
 * RabbitMQ 4 takes by default. A consumer that loses its connection burns one delivery of each message it held.
 */
export const DELIVERY_LIMIT = 20;

/** First wait before a failed message is handed over again; it doubles with each delivery… */
export const REDELIVERY_DELAY_MS = 100;

/** …up to this many times the first: five seconds. */
export const MAX_REDELIVERY_FACTOR = 50;
