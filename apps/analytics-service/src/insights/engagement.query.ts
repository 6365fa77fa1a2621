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

/** Applications of one outcome on which people clicked equally often. */
interface Alike {
  outcome: Outcome;
  human_clicks: number;
  applications: number;
  opened: number;
  /** Of all of them together. */
  score: number;
}

/** Few rows, however many applications: most of them drew one of a few numbers of clicks. Fewest clicks first. */
const ALIKE = (sql: string) => `
SELECT outcome, human_clicks::float8, count(*)::float8 AS applications, count(opened_at)::float8 AS opened,
  sum(score)::float8 AS score
FROM applications WHERE ${sql} GROUP BY outcome, applications.human_clicks ORDER BY applications.human_clicks`;

/** How much people clicked, over all applications sent in the period and by what came of them. */
export async function getEngagementSummary(
  dataSource: DataSource,
  filter: ApplicationFilter,
): Promise<EngagementSummary> {
  const { sql, values } = whereSent(filter);
  const rows: Alike[] = await dataSource.query(ALIKE(sql), values);
  return {
    total: toFigures(rows),
    by_outcome: OUTCOMES.map((outcome) => ({
      outcome,
      ...toFigures(rows.filter((row) => row.outcome === outcome)),
    })),
  };
}

function toFigures(rows: readonly Alike[]): EngagementFigures {
  const sum = (value: (row: Alike) => number) => rows.reduce((total, row) => total + value(row), 0);
  const countEngaged = (engagement: Engagement) =>
    sum((row) => (toEngagement(row.human_clicks) === engagement ? row.applications : 0));
  const applications = sum((row) => row.applications);
  const humanClicks = sum((row) => row.human_clicks * row.applications);
  return {
    applications,
    by_engagement: { none: countEngaged('none'), low: countEngaged('low'), high: countEngaged('high') },
    opened: toRate(
      sum((row) => row.opened),
      applications,
    ),
    human_clicks: humanClicks,
    avg_human_clicks: toAverage(humanClicks, applications),
    median_human_clicks: toMedian(rows, applications),
    avg_score: toAverage(
      sum((row) => row.score),
      applications,
    ),
  };
}

function toAverage(total: number, n: number): number | null {
  return n === 0 ? null : Math.round((total / n) * 100) / 100;
}

/** The mean of the two in the middle where there are two. */
function toMedian(rows: readonly Alike[], applications: number): number | null {
  if (applications === 0) return null;
  const lower = clicksAt(rows, Math.floor((applications - 1) / 2));
  return (lower + clicksAt(rows, Math.floor(applications / 2))) / 2;
}

/** Clicks of the application at a place, counted from the one with fewest, from 0. */
function clicksAt(rows: readonly Alike[], place: number): number {
  let passed = 0;
  for (const row of rows) {
    passed += row.applications;
    if (passed > place) return row.human_clicks;
  }
  return 0;
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
