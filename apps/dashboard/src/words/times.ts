const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const minutes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dates = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** `3 minutes ago`, `just now`. */
export function sayAgo(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1_000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 10 ? 'in a moment' : 'just now';
}

/** To the second, in the reader's own time zone. */
export function sayMoment(moment: string): string {
  return moments.format(new Date(moment));
}

/** To the minute, in the reader's own time zone. */
export function sayMinute(moment: string): string {
  return minutes.format(new Date(moment));
}

export function sayDay(moment: string): string {
  return days.format(new Date(moment));
}

/** The reader's time zone, for example `America/Edmonton`. */
export function findTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `Nov 3`: a calendar day, which has no time zone. */
export function sayDate(day: string | number): string {
  return dates.format(new Date(day));
}
