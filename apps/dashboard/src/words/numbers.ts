const counts = new Intl.NumberFormat();

export function sayCount(n: number): string {
  return counts.format(n);
}

/** `1 click`, `5 clicks`. */
export function sayMany(n: number, one: string, many = `${one}s`): string {
  return `${sayCount(n)} ${n === 1 ? one : many}`;
}

/** Bounds of a share, each between 0 and 1. */
export interface Interval {
  low: number;
  high: number;
}

const Z_95 = 1.959964;

/**
 * Where the true share lies with 95 % confidence when k of n were seen: Wilson's score interval, which holds for small n
 * too. Undefined when nothing was seen.
 */
export function findInterval(k: number, n: number): Interval | undefined {
  if (n <= 0) return undefined;
  const share = k / n;
  const z2 = Z_95 ** 2;
  const centre = share + z2 / (2 * n);
  const spread = Z_95 * Math.sqrt((share * (1 - share) + z2 / (4 * n)) / n);
  const bound = (x: number) => Math.min(1, Math.max(0, x / (1 + z2 / n)));
  return { low: k === 0 ? 0 : bound(centre - spread), high: k === n ? 1 : bound(centre + spread) };
}

const percent = (share: number) => `${Math.round(share * 100)}`;

/** From here on a percentage says more than it hides. */
const ENOUGH_FOR_PERCENT = 20;

/** `3 of 12`, and from twenty on with its percentage: `30 of 120 (25 %)`. */
export function sayShare(k: number, n: number): string {
  const counted = `${sayCount(k)} of ${sayCount(n)}`;
  return n >= ENOUGH_FOR_PERCENT ? `${counted} (${percent(k / n)} %)` : counted;
}

/** `likely 9–53 %`. */
export function sayInterval({ low, high }: Interval): string {
  return `likely ${percent(low)}–${percent(high)} %`;
}
