import { z } from 'zod';

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
  /** By when an application was sent, inclusive. A day begins in the time zone. */
  from: moment,
  /** Exclusive. */
  to: moment,
  time_zone: z
    .string()
    .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin')
    .default('UTC'),
} as const;

export interface PeriodParameters {
  from?: string | undefined;
  to?: string | undefined;
  time_zone: string;
}

export function readPeriod({ from, to, time_zone }: PeriodParameters): Period {
  return { from: from && toMoment(from, time_zone), to: to && toMoment(to, time_zone) } as Period;
}

/** The span of the same length that ends where this one begins: so many days where both ends are days. */
export function readPreviousPeriod(
  parameters: Required<PeriodParameters>,
): Required<{ [End in keyof Period]: Date }> {
  const { from, to, time_zone } = parameters;
  const start = toMoment(from, time_zone);
  if (isDay(from) && isDay(to)) {
    const previous = new Date(2 * Date.parse(from) - Date.parse(to)).toISOString().slice(0, 10);
    return { from: toMoment(previous, time_zone), to: start };
  }
  const lengthMs = toMoment(to, time_zone).getTime() - start.getTime();
  return { from: new Date(start.getTime() - lengthMs), to: start };
}

function isDay(text: string): boolean {
  return text.length === 'YYYY-MM-DD'.length;
}

function toMoment(text: string, timeZone: string): Date {
  if (!isDay(text)) return new Date(text);
  const midnight = Date.parse(text);
  // The offset at the guess can be that of before a change of clocks: the second look is at the moment itself.
  const guess = midnight - offsetMs(midnight, timeZone);
  return new Date(midnight - offsetMs(guess, timeZone));
}

/** How far local clocks are ahead of UTC. */
function offsetMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
    atMs,
  );
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, seconds] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
  const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0);
  return (sign === '-' ? -1 : 1) * ahead * 1_000;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
