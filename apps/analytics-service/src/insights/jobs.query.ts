import type { DataSource } from 'typeorm';
import { type ApplicationFilter, whereSent } from '../applications/application-filter.js';

export interface JobFigures {
  job_id: string;
  /** Of the application sent last. */
  company: string | null;
  title: string | null;
  job_board: string | null;
  /** Sent in the period. */
  applications: number;
  /** By a person. */
  opened: number;
  booked: number;
  human_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** The best of its applications. */
  score: number;
  last_sent_at: Date;
}

/** The columns of the same as CSV. */
export const JOB_COLUMNS = [
  'job_id',
  'company',
  'title',
  'job_board',
  'applications',
  'opened',
  'booked',
  'human_clicks',
  'people',
  'score',
  'last_sent_at',
] as const satisfies readonly (keyof JobFigures)[];

/**
 * The jobs that drew most people, of those that something was sent for in the period. Reads applications alone: its cost does
 * not grow with clicks.
 */
export async function listBestJobs(
  dataSource: DataSource,
  filter: ApplicationFilter,
  limit: number,
): Promise<{ jobs: JobFigures[]; jobs_left_off: number }> {
  const { sql, values } = whereSent(filter);
  const rows: (JobFigures & { jobs: number })[] = await dataSource.query(
    `SELECT best.*, newest.company, newest.title, newest.job_board
     FROM (
       SELECT job_id, count(*) OVER ()::float8 AS jobs, count(*)::float8 AS applications,
         count(opened_at)::float8 AS opened, count(booked_at)::float8 AS booked, sum(human_clicks::float8) AS human_clicks,
         sum(people::float8) AS people, max(score) AS score, max(sent_at) AS last_sent_at
       FROM applications WHERE ${sql} AND job_id IS NOT NULL
       GROUP BY job_id ORDER BY people DESC, human_clicks DESC, job_id LIMIT ${limit}
     ) AS best CROSS JOIN LATERAL (
       SELECT company, title, job_board FROM applications
       WHERE ${sql} AND job_id = best.job_id ORDER BY sent_at DESC, user_id, application_id LIMIT 1
     ) AS newest
     ORDER BY people DESC, human_clicks DESC, job_id`,
    values,
  );
  return {
    jobs: rows.map(({ jobs: _all, ...job }) => job),
    jobs_left_off: (rows[0]?.jobs ?? 0) - rows.length,
  };
}
