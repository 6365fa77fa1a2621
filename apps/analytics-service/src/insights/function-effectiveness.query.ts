import type { DataSource } from 'typeorm';
import { type ApplicationFilter, whereSent } from '../applications/application-filter.js';
import { functionsOf } from './funnel.query.js';
import { type Rate, toRate } from './wilson.js';

/** What links of one function did for the applications that had one. */
export interface FunctionEffectiveness {
  link_function: string;
  /** Sent with a link of it. */
  applications: number;
  human_clicks: number;
  avg_human_clicks: number;
  /** Applications where a person clicked it. */
  clicked: Rate;
  /** Applications booked through it. */
  booked: Rate;
  /** Applications with an interview, where a person clicked it and where nobody did. */
  interview_when_clicked: Rate;
  interview_when_not_clicked: Rate;
}

const EFFECTIVENESS = `
SELECT link_function, count(*)::float8 AS applications, sum(human_clicks::float8) AS human_clicks,
  count(opened_at)::float8 AS clicked, count(booked_at)::float8 AS booked,
  count(*) FILTER (WHERE had_interview AND opened_at IS NOT NULL)::float8 AS clicked_interviews,
  count(*) FILTER (WHERE had_interview)::float8 AS interviews`;

interface Row {
  link_function: string;
  applications: number;
  human_clicks: number;
  clicked: number;
  booked: number;
  clicked_interviews: number;
  interviews: number;
}

/** Most often clicked first, by share of the applications. */
export async function listFunctionEffectiveness(
  dataSource: DataSource,
  filter: ApplicationFilter,
): Promise<FunctionEffectiveness[]> {
  const { sql, values } = whereSent(filter);
  const rows: Row[] = await dataSource.query(
    `${EFFECTIVENESS} FROM ${functionsOf(filter)} WHERE ${sql} GROUP BY link_function
     ORDER BY count(opened_at)::float8 / count(*) DESC, count(*) DESC, link_function`,
    values,
  );
  return rows.map(({ link_function, applications, human_clicks, ...row }) => ({
    link_function,
    applications,
    human_clicks,
    avg_human_clicks: Math.round((human_clicks / applications) * 100) / 100,
    clicked: toRate(row.clicked, applications),
    booked: toRate(row.booked, applications),
    interview_when_clicked: toRate(row.clicked_interviews, row.clicked),
    interview_when_not_clicked: toRate(row.interviews - row.clicked_interviews, applications - row.clicked),
  }));
}
