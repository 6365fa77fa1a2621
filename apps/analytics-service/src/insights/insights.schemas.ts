import { z } from 'zod';
import { reference } from '../applications/application.schemas.js';
import type { ApplicationFilter } from '../applications/application-filter.js';
import { type PeriodParameters, periodParameters, readPeriod } from '../applications/period.js';
import { FUNNEL_GROUPS } from './funnel.query.js';

const filterParameters = {
  ...periodParameters,
  user_id: reference.optional(),
  job_id: reference.optional(),
  job_board: z.string().max(100).optional(),
} as const;

/** Which applications an answer speaks of, by when they were sent. */
export const insightSchema = z.object(filterParameters);
export type InsightQuery = z.output<typeof insightSchema>;

export const funnelSchema = z
  .object({
    ...filterParameters,
    group_by: z.enum(FUNNEL_GROUPS, { error: `must be one of ${FUNNEL_GROUPS.join(', ')}` }).optional(),
    compare: z.literal('previous', { error: 'must be previous' }).optional(),
  })
  .refine(({ compare, from, to }) => !compare || (from && to), {
    path: ['compare'],
    message: 'needs from and to: the period before is as long',
  });
export type FunnelQuery = z.output<typeof funnelSchema>;

export function toFilter({ user_id, job_id, job_board, ...period }: InsightQuery): ApplicationFilter {
  return { user_id, job_id, job_board, ...readPeriod(period) };
}

/** The period as it is answered; null is an open end. */
export function describePeriod({ from, to, timezone }: PeriodParameters) {
  const period = readPeriod({ from, to, timezone });
  return { from: period.from ?? null, to: period.to ?? null, timezone };
}
