import { z } from 'zod';
import { reference } from '../applications/application.schemas.js';
import type { ApplicationFilter } from '../applications/application-filter.js';
import {
  type Period,
  type PeriodParameters,
  periodParameters,
  readPeriod,
  readPreviousPeriod,
} from '../applications/period.js';
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

const compare = z.literal('previous', { error: 'must be previous' }).optional();
type Compared = PeriodParameters & { compare?: 'previous' | undefined };
const hasBothEnds = ({ compare, from, to }: Compared) => !compare || (from && to);
const NEEDS_BOTH_ENDS = { path: ['compare'], message: 'needs from and to: the period before is as long' };

const group = z.enum(FUNNEL_GROUPS, { error: `must be one of ${FUNNEL_GROUPS.join(', ')}` });
export const funnelSchema = z
  .object({ ...filterParameters, group_by: group.optional(), compare })
  .refine(hasBothEnds, NEEDS_BOTH_ENDS);
export type FunnelQuery = z.output<typeof funnelSchema>;

export const funnelCsvSchema = z.object({ ...filterParameters, group_by: group });
export type FunnelCsvQuery = z.output<typeof funnelCsvSchema>;

const JOBS = 'must be a whole number from 1 to 100';
export const jobsSchema = z
  .object({
    ...filterParameters,
    compare,
    limit: z.coerce.number(JOBS).int(JOBS).min(1, JOBS).max(100, JOBS).default(10),
  })
  .refine(hasBothEnds, NEEDS_BOTH_ENDS);
export type JobsQuery = z.output<typeof jobsSchema>;

/** Which clicks an answer speaks of, by when they came. */
export const sourcesSchema = z
  .object({ ...periodParameters, user_id: reference.optional(), compare })
  .refine(hasBothEnds, NEEDS_BOTH_ENDS);
export type SourcesQuery = z.output<typeof sourcesSchema>;

export function toFilter({ user_id, job_id, job_board, ...period }: InsightQuery): ApplicationFilter {
  return { user_id, job_id, job_board, ...readPeriod(period) };
}

/** The period as it is answered; null is an open end. */
export function describePeriod({ from, to, timezone }: PeriodParameters) {
  const period = readPeriod({ from, to, timezone });
  return { from: period.from ?? null, to: period.to ?? null, timezone };
}

/** What `read` says of the period, and of the one before it where that was asked for. */
export async function answerPeriods<A extends object>(query: Compared, read: (period: Period) => Promise<A>) {
  const { from, to, timezone, compare } = query;
  const previous = compare && from && to ? readPreviousPeriod({ from, to, timezone }) : undefined;
  const readBefore = async (period: { from: Date; to: Date }) => ({
    period: { ...period, timezone },
    ...(await read(period)),
  });
  const [answer, before] = await Promise.all([read(readPeriod(query)), previous && readBefore(previous)]);
  return {
    period: describePeriod(query),
    ...answer,
    ...(before && { previous: before }),
  };
}
