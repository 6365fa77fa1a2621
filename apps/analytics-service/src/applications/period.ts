import { z } from 'zod';
import { addDays, timezone, toMoment } from '../answers/time-zone.js';

/** A span of time; an end that is absent is open. */
export interface Period {
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

const MOMENT = 'must be a day or a UTC moment, such as 2026-01-31 or 2026-01-31T12:00:00Z';
const moment = z.union([z.iso.date(), z.iso.datetime()], { error: MOMENT }).optional();

/** Query parameters of a period; {@link readPeriod} makes one of them. */
export const periodParameters = {
  /** By when an application was sent, inclusive. A day begins at midnight in `timezone`. */
  from: moment,
  /** Exclusive. */
  to: moment,
  timezone,
} as const;

export interface PeriodParameters {
  from?: string | undefined;
  to?: string | undefined;
  timezone: string;
}

export function readPeriod({ from, to, timezone }: PeriodParameters): Period {
  return {
    from: from === undefined ? undefined : toMoment(from, timezone),
    to: to === undefined ? undefined : toMoment(to, timezone),
  };
}

/** The span of the same length that ends where this one begins: so many days where both ends are days. */
export function readPreviousPeriod({ from, to, timezone }: Required<PeriodParameters>): {
  from: Date;
  to: Date;
} {
  const start = toMoment(from, timezone);
  if (isDay(from) && isDay(to)) {
    const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
    return { from: toMoment(addDays(from, -days), timezone), to: start };
  }
  const lengthMs = toMoment(to, timezone).getTime() - start.getTime();
  return { from: new Date(start.getTime() - lengthMs), to: start };
}

function isDay(text: string): boolean {
  return text.length === 'YYYY-MM-DD'.length;
}
