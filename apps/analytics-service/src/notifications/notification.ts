/** What people can be told of. */
export const NOTIFICATION_TYPES = ['click.human', 'application.opened', 'booking.recorded'] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** Of the payload; a change that could break a receiver raises it. */
const PAYLOAD_VERSION = 1;

/** Something that happened, for whoever asked to be told. Shapes of `data`: docs/webhooks.md. */
export interface Notification {
  /** Names the fact, not the telling: told again under the same id, it goes to nobody twice. */
  id: string;
  type: NotificationType;
  /** Whose link or booking it is. Absent: only those who are told of everybody's hear of it. */
  userId?: string | undefined;
  applicationId?: string | undefined;
  occurredAt: Date;
  /** One sentence for a person. */
  summary: string;
  /** No addresses, agents or referrers of visitors: it leaves the house, and nobody can call it back. */
  data: Readonly<Record<string, unknown>>;
}

/** What is sent. */
export interface Payload {
  /** A notification's, or `test`. */
  type: string;
  version: number;
  timestamp: string;
  /** One sentence for a person. */
  summary: string;
  data: Readonly<Record<string, unknown>>;
}

/** The JSON text that is signed and sent. */
export function toPayload({
  type,
  occurredAt,
  summary,
  data,
}: Pick<Notification, 'occurredAt' | 'summary' | 'data'> & { type: string }): string {
  const payload: Payload = {
    type,
    version: PAYLOAD_VERSION,
    timestamp: occurredAt.toISOString(),
    summary,
    data,
  };
  return JSON.stringify(payload);
}
