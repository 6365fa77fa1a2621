import type { EntityManager } from 'typeorm';
import { FLAG_REACH, laneOf } from './settling.query.js';

/** A network had a burst until then. */
export interface NetworkFlag {
  network: string;
  flaggedAt: Date;
  /** Clicks after the burst that lie before this have been judged by it. */
  settledUntil: Date;
}

/**
 * Notes when each network had a burst, and puts down what came from it soon after to be settled again, where anything did;
 * not what was judged by it already, nor what an earlier burst of the network or a later one that is known already speaks
 * of, or a flood would be read again and again. Clicks that are being stored are put down by whoever stores them.
 */
const FLAG = `
WITH asked AS (
  SELECT network, flagged_at, min(settled_until) AS settled_until
  FROM unnest($1::cidr[], $2::timestamptz[], $3::timestamptz[]) AS asked (network, flagged_at, settled_until)
  GROUP BY 1, 2
),
flagged AS (
  INSERT INTO flagged_networks (network, flagged_at) SELECT network, flagged_at FROM asked ORDER BY 1, 2
  ON CONFLICT DO NOTHING RETURNING network, flagged_at
),
known AS (
  SELECT network, flagged_at, NULL AS settled_until, false AS is_new FROM flagged_networks AS held
  JOIN (SELECT network, min(flagged_at) AS first, max(flagged_at) AS last FROM asked GROUP BY 1) AS span USING (network)
  WHERE flagged_at BETWEEN first - ${FLAG_REACH} AND last + ${FLAG_REACH}
  UNION ALL SELECT network, flagged_at, settled_until, true FROM flagged JOIN asked USING (network, flagged_at)
),
spans AS (
  SELECT network, is_new,
    greatest(flagged_at, settled_until, lag(flagged_at) OVER (PARTITION BY network ORDER BY flagged_at) + ${FLAG_REACH})
      AS first,
    least(flagged_at + ${FLAG_REACH}, min(flagged_at) FILTER (WHERE NOT is_new)
      OVER (PARTITION BY network ORDER BY flagged_at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) AS last
  FROM known
)
INSERT INTO settling (lane, due_at, networks, firsts, lasts)
SELECT ${laneOf('network')}, $4::timestamptz, array_agg(network), array_agg(first), array_agg(last)
FROM spans WHERE is_new AND first < last AND EXISTS (
  SELECT FROM link_clicks WHERE ip_address IS NOT NULL AND network_of(ip_address) = spans.network
    AND clicked_at BETWEEN spans.first AND spans.last
)
GROUP BY 1`;

export async function flagNetworks(
  manager: EntityManager,
  flags: readonly NetworkFlag[],
  now: Date,
): Promise<void> {
  if (flags.length === 0) return;
  await manager.query(FLAG, [
    flags.map(({ network }) => network),
    flags.map(({ flaggedAt }) => flaggedAt),
    flags.map(({ settledUntil }) => settledUntil),
    now,
  ]);
}
