import type { Delivery, NotificationType, Webhook } from '../../api/webhooks.js';
import { sayMany } from '../../words/numbers.js';
import { sayAgo } from '../../words/times.js';

export const TYPE_NAMES: Readonly<Record<NotificationType, string>> = {
  'click.human': 'A person clicked a link',
  'application.opened': 'An application was opened for the first time',
  'booking.recorded': 'A meeting was booked',
};

export function sayWebhookState({ enabled, disabled_reason, failing_since }: Webhook): string {
  if (enabled) return failing_since ? `Failing, since ${sayAgo(failing_since)}` : 'On';
  if (disabled_reason === 'gone') return 'Off: the receiver said that it is gone';
  if (disabled_reason === 'failing') return 'Off: it failed for three days';
  return 'Off';
}

/** What came of one message. */
export function sayDelivery({ status, attempts, next_attempt_at }: Delivery): string {
  const last = attempts.at(-1);
  const answer = last?.error ?? (last?.status ? `answered ${last.status}` : undefined);
  const tries = sayMany(attempts.length, 'try', 'tries');
  if (status === 'delivered') return `Delivered, ${answer ?? 'taken'}`;
  if (status === 'failed') return `Failed after ${tries}${answer ? `: ${answer}` : ''}`;
  if (attempts.length === 0) return 'On its way';
  return `${tries} so far: ${answer}; again ${next_attempt_at ? sayAgo(next_attempt_at) : 'soon'}`;
}
