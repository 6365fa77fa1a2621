import { type SettledClass, toClass } from '../classification/classify.js';
import { findSign } from '../classification/rules.js';

/** The reason of a click that led to a booking: it is a person's, whatever its signs say. */
export const BOOKED = 'booked';

/** Reasons beside the signs that do not settle a class by themselves. */
const NEUTRAL_REASONS: readonly string[] = ['reported', 'repeated', BOOKED];

interface Judged {
  class: SettledClass;
  score: number;
  reasons: readonly string[];
}

/** The verdict of a click that led to a booking. Its score stays what the signs say, so that this can be undone. */
export function asBooked<V extends Judged>(verdict: V): V {
  return { ...verdict, class: 'human', reasons: [...verdict.reasons.filter(isOther), BOOKED] };
}

/** What a booked click is without its booking. */
export function withoutBooking<V extends Judged>(verdict: V): V {
  const reasons = verdict.reasons.filter(isOther);
  const settled = reasons.includes('repeated') ? 'duplicate' : toClass(verdict.score);
  return { ...verdict, class: settled, reasons };
}

/** Whether a booking can have come from this click: from any but a machine that named itself one. */
export function canBook({ class: clickClass, reasons }: Judged): boolean {
  if (clickClass !== 'machine') return true;
  return reasons.every((reason) => findSign(reason) !== undefined || NEUTRAL_REASONS.includes(reason));
}

function isOther(reason: string): boolean {
  return reason !== BOOKED;
}
