const counts = new Intl.NumberFormat();

export function sayCount(n: number): string {
  return counts.format(n);
}

/** `1 click`, `5 clicks`. */
export function sayMany(n: number, one: string, many = `${one}s`): string {
  return `${sayCount(n)} ${n === 1 ? one : many}`;
}

/** With a decimal where a whole number would say nothing. */
const percent = (share: number) => (share * 100).toFixed(share > 0 && share < 0.0095 ? 1 : 0);

/** From here on a percentage says more than it hides. */
const ENOUGH_FOR_PERCENT = 20;

/** `3 of 12`, and from twenty on with its percentage: `30 of 120 (25 %)`. */
export function sayShare(k: number, n: number): string {
  const counted = `${sayCount(k)} of ${sayCount(n)}`;
  return n >= ENOUGH_FOR_PERCENT ? `${counted} (${percent(k / n)} %)` : counted;
}

/** `likely 9–53 %`: where the true share lies, at 95 % confidence; nothing when nothing was seen. */
export function sayInterval({ low, high }: { low: number | null; high: number | null }): string | undefined {
  return low === null || high === null ? undefined : `likely ${percent(low)}–${percent(high)} %`;
}

/** `5 hours`, `3 days`. */
export function sayHours(hours: number): string {
  if (hours < 1) return 'an hour';
  return hours < 48 ? sayMany(Math.round(hours), 'hour') : sayMany(Math.round(hours / 24), 'day');
}
