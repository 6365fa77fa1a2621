import type { DataSource } from 'typeorm';
import { OUTCOMES, type Outcome } from '../applications/application.js';
import { type ApplicationFilter, whereSent } from '../applications/application-filter.js';
import { type Rate, toRate } from './wilson.js';

/** How much people clicked: not at all, once or twice, more often. */
export const ENGAGEMENTS = ['none', 'low', 'high'] as const;
export type Engagement = (typeof ENGAGEMENTS)[number];

/** Human clicks from which an application's engagement is high. */
const HIGH_CLICKS = 3;

export function toEngagement(humanClicks: number): Engagement {
  if (humanClicks === 0) return 'none';
  return humanClicks < HIGH_CLICKS ? 'low' : 'high';
}

const ENGAGEMENT = `CASE WHEN human_clicks = 0 THEN 'none' WHEN human_clicks < ${HIGH_CLICKS} THEN 'low' ELSE 'high' END`;

export interface EngagementFigures {
  applications: number;
  by_engagement: Readonly<Record<Engagement, number>>;
  /** By a person. */
  opened: Rate;
  human_clicks: number;
  /** Null of no application. */
  avg_human_clicks: number | null;
  median_human_clicks: number | null;
  avg_score: number | null;
}

export interface EngagementSummary {
  total: EngagementFigures;
  /** Every outcome, also of no application. */
  by_outcome: (EngagementFigures & { outcome: Outcome })[];
}

const SUMMARY = `
SELECT outcome, count(*)::float8 AS applications,
  ${ENGAGEMENTS.map((name) => `count(*) FILTER (WHERE ${ENGAGEMENT} = '${name}')::float8 AS ${name}`).join(', ')},
  count(opened_at)::float8 AS opened, coalesce(sum(human_clicks), 0)::float8 AS human_clicks,
  round(avg(human_clicks), 2)::float8 AS avg_human_clicks,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY human_clicks) AS median_human_clicks,
  round(avg(score), 2)::float8 AS avg_score
FROM applications WHERE `;

interface SummaryRow extends Record<Engagement, number> {
  outcome: Outcome | null;
  applications: number;
  opened: number;
  human_clicks: number;
  avg_human_clicks: number | null;
  median_human_clicks: number | null;
  avg_score: number | null;
}

const NOTHING: SummaryRow = {
  outcome: null,
  applications: 0,
  none: 0,
  low: 0,
  high: 0,
  opened: 0,
  human_clicks: 0,
  avg_human_clicks: null,
  median_human_clicks: null,
  avg_score: null,
};

/** How much people clicked, over all applications sent in the period and by what came of them. */
export async function getEngagementSummary(
  dataSource: DataSource,
  filter: ApplicationFilter,
): Promise<EngagementSummary> {
  const { sql, values } = whereSent(filter);
  const rows: SummaryRow[] = await dataSource.query(
    `${SUMMARY}${sql} GROUP BY GROUPING SETS ((outcome), ())`,
    values,
  );
  const find = (outcome: Outcome | null) => rows.find((row) => row.outcome === outcome) ?? NOTHING;
  return {
    total: toFigures(find(null)),
    by_outcome: OUTCOMES.map((outcome) => ({ outcome, ...toFigures(find(outcome)) })),
  };
}

function toFigures({
  outcome: _outcome,
  none,
  low,
  high,
  opened,
  ...figures
}: SummaryRow): EngagementFigures {
  return {
    ...figures,
    by_engagement: { none, low, high },
    opened: toRate(opened, figures.applications),
  };
}

export interface EngagementOutcome {
  engagement: Engagement;
  applications: number;
  /** Reached an interview, whatever came after it. */
  interview: Rate;
  offer: Rate;
  booked: Rate;
}

const OUTCOMES_BY_ENGAGEMENT = `
SELECT ${ENGAGEMENT} AS engagement, count(*)::float8 AS applications,
  count(*) FILTER (WHERE had_interview)::float8 AS interviews, count(*) FILTER (WHERE had_offer)::float8 AS offers,
  count(booked_at)::float8 AS bookings
FROM applications WHERE `;

/** What came of applications by how much people clicked; every engagement, also of no application. */
export async function listOutcomesByEngagement(
  dataSource: DataSource,
  filter: ApplicationFilter,
): Promise<EngagementOutcome[]> {
  const { sql, values } = whereSent(filter);
  const rows: {
    engagement: Engagement;
    applications: number;
    interviews: number;
    offers: number;
    bookings: number;
  }[] = await dataSource.query(`${OUTCOMES_BY_ENGAGEMENT}${sql} GROUP BY 1`, values);
  return ENGAGEMENTS.map((engagement) => {
    const row = rows.find((each) => each.engagement === engagement);
    const applications = row?.applications ?? 0;
    return {
      engagement,
      applications,
      interview: toRate(row?.interviews ?? 0, applications),
      offer: toRate(row?.offers ?? 0, applications),
      booked: toRate(row?.bookings ?? 0, applications),
    };
  });
}
