/** A share of applications, never without the number that it is a share of. */
export interface Rate {
  count: number;
  /** Of so many. */
  n: number;
  /** `count / n`; null where there is nothing to divide by. */
  rate: number | null;
  /** Ends of the 95 % Wilson score interval; null with `rate`. */
  low: number | null;
  high: number | null;
}

/** The normal distribution's 97.5 % quantile. */
const Z = 1.959964;

/**
 * A rate with its Wilson score interval (E. B. Wilson, 1927): unlike the simple one it stays between 0 and 1 and says
 * something sensible of small numbers and of none out of many. Rounded to four digits.
 */
export function toRate(count: number, n: number): Rate {
  if (n === 0) return { count, n, rate: null, low: null, high: null };
  const share = count / n;
  const center = share + Z ** 2 / (2 * n);
  const margin = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  return {
    count,
    n,
    rate: round(share),
    low: count === 0 ? 0 : round((center - margin) / scale),
    high: count === n ? 1 : round((center + margin) / scale),
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
