/** The tracking id of the n-th link; scattered, so that neighbours in time are not neighbours on disk. */
export function trackingId(n) {
  return `lt_calendly_${((n * 2654435761) >>> 0).toString(36).padStart(16, '0')}`;
}
