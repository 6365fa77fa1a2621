import type { DataSource } from 'typeorm';
import type { Application } from '../applications/application.js';
import { type ScorePart, scoreEngagement } from '../applications/application-score.js';
import { describeClicks, nameFunction } from './click-sentence.js';
import { type Engagement, toEngagement } from './engagement.query.js';

interface Clicks {
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  /** A person's or a machine's. */
  suspected_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** Several clicks came from visitors who asked not to be tracked: they are taken for one person. */
  people_is_lower_bound: boolean;
  /** Machines told apart, among the newest clicks; counted only where no person clicked. */
  scanners: number;
  opened_at: Date | null;
  booked_at: Date | null;
  /** Who clicked, in words. */
  sentence: string;
}

export interface ApplicationEngagement extends Clicks {
  application_id: string;
  user_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  outcome: string;
  engagement: Engagement;
  /** 0 to 100: the sum of the parts. */
  score: number;
  score_parts: readonly ScorePart[];
  functions: (Clicks & { link_function: string })[];
}

/** Clicks looked at to tell machines apart, of each link, newest first: past that, a few more tell nothing. */
const SCANNED_CLICKS = 1_000;
/** Sessions looked at for clicks without one. */
const COUNTED_SESSIONS = 1_000;

/**
 * By function. Sessions of one link have a counter; only where a function has several links are they told apart one by
 * one. A session-less click is one of a visitor who asked not to be tracked, or too old to be given a session.
 */
const FUNCTIONS = `
WITH known AS (
  SELECT tracking_id, link_function FROM links WHERE user_id = $1 AND application_id = $2
  UNION
  SELECT tracking_id, link_function FROM link_counters WHERE user_id = $1 AND application_id = $2
)
SELECT link_function, coalesce(sum(total_clicks), 0)::float8 AS total_clicks,
  coalesce(sum(counters.human_clicks), 0)::float8 AS human_clicks,
  coalesce(sum(machine_clicks), 0)::float8 AS machine_clicks,
  coalesce(sum(suspected_clicks), 0)::float8 AS suspected_clicks, min(first_human_click) AS opened_at,
  (SELECT booked_at FROM application_functions AS part
   WHERE part.user_id = $1 AND part.application_id = $2 AND part.link_function = known.link_function) AS booked_at,
  coalesce(CASE WHEN count(*) = 1
    THEN (SELECT sum(unique_sessions) FROM session_counters
          WHERE scope_key = hashtextextended('l:' || min(tracking_id), 0))
    ELSE (SELECT count(DISTINCT session) FROM unique_sessions
          WHERE scope_key = ANY (array_agg(hashtextextended('l:' || tracking_id, 0))))
  END, 0)::float8 AS sessions,
  (SELECT coalesce(sum(human_clicks), 0) FROM (
    SELECT human_clicks FROM unique_sessions
    WHERE scope_key = ANY (array_agg(hashtextextended('l:' || tracking_id, 0))) LIMIT ${COUNTED_SESSIONS}
  ) AS counted)::float8 AS session_clicks
FROM known LEFT JOIN link_counters AS counters USING (tracking_id, link_function)
GROUP BY link_function ORDER BY link_function`;

const SCANNERS = `
SELECT DISTINCT link_function, session_id AS session
FROM link_counters AS counters CROSS JOIN LATERAL (
  SELECT session_id, class FROM link_clicks AS click
  WHERE click.tracking_id = counters.tracking_id AND answer = 'redirect'
  ORDER BY clicked_at DESC LIMIT ${SCANNED_CLICKS}
) AS newest
WHERE user_id = $1 AND application_id = $2 AND human_clicks = 0 AND machine_clicks > 0 AND class = 'machine'`;

interface FunctionRow {
  link_function: string;
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  suspected_clicks: number;
  opened_at: Date | null;
  booked_at: Date | null;
  sessions: number;
  session_clicks: number;
}

interface Scanner {
  link_function: string;
  /** Null of those without one: they are taken for one. */
  session: string | null;
}

/** What people and machines did with an application's links, its score with its parts, and all that in words. */
export async function getApplicationEngagement(
  dataSource: DataSource,
  application: Application,
): Promise<ApplicationEngagement> {
  const key = [application.user_id, application.application_id];
  const rows: FunctionRow[] = await dataSource.query(FUNCTIONS, key);
  const scanners: Scanner[] = await dataSource.query(SCANNERS, key);
  const whole = sumUp(rows, application);
  const clicked = rows
    .filter(({ human_clicks }) => human_clicks > 0)
    .map(({ link_function }) => link_function);
  const { score, parts } = scoreEngagement({
    humanClicks: whole.human_clicks,
    people: whole.people,
    clickedFunctions: clicked,
    isBooked: whole.booked_at !== null,
  });
  const { application_id, user_id, job_id, company, title, outcome } = application;
  const what = clicked.length === 1 && clicked[0] ? nameFunction(clicked[0]) : 'a link';
  return {
    application_id,
    user_id,
    job_id,
    company,
    title,
    outcome,
    engagement: toEngagement(whole.human_clicks),
    score,
    score_parts: parts,
    ...toClicks(whole, { application, scanners, what }),
    functions: rows.map((row) => ({
      link_function: row.link_function,
      ...toClicks(toFigures(row), {
        application,
        scanners: scanners.filter(({ link_function }) => link_function === row.link_function),
        what: nameFunction(row.link_function),
      }),
    })),
  };
}

type Figures = Omit<Clicks, 'scanners' | 'sentence'>;

function toFigures({ link_function: _name, sessions, session_clicks, ...row }: FunctionRow): Figures {
  const sessionless = sessions < COUNTED_SESSIONS ? Math.max(0, row.human_clicks - session_clicks) : 0;
  return {
    ...row,
    people: sessions + (sessionless > 0 ? 1 : 0),
    people_is_lower_bound: sessionless > 1,
  };
}

/**
 * Somebody who clicked two functions is one person: the application has a count of its own. It follows within a second or two;
 * until then there are as many people as any one function has.
 */
function sumUp(rows: readonly FunctionRow[], { people, booked_at }: Application): Figures {
  const figures = rows.map(toFigures);
  const sum = (count: (each: Figures) => number) => figures.reduce((total, each) => total + count(each), 0);
  const opened = figures.flatMap(({ opened_at }) => opened_at ?? []);
  const most = Math.max(0, ...figures.map((each) => each.people));
  return {
    total_clicks: sum((each) => each.total_clicks),
    human_clicks: sum((each) => each.human_clicks),
    machine_clicks: sum((each) => each.machine_clicks),
    suspected_clicks: sum((each) => each.suspected_clicks),
    people: most === 0 ? 0 : Math.max(most, people),
    people_is_lower_bound: figures.some((each) => each.people_is_lower_bound),
    opened_at: opened.length > 0 ? new Date(Math.min(...opened.map(Number))) : null,
    booked_at,
  };
}

interface Surroundings {
  application: Application;
  scanners: readonly Scanner[];
  what: string;
}

function toClicks(figures: Figures, { application, scanners, what }: Surroundings): Clicks {
  const told = new Set(scanners.map(({ session }) => session)).size;
  const clickers = {
    people: figures.people,
    peopleIsLowerBound: figures.people_is_lower_bound,
    scanners: told,
    suspectedClicks: figures.suspected_clicks,
  };
  const { application_id: applicationId, title, company } = application;
  return {
    ...figures,
    scanners: told,
    sentence: describeClicks(what, clickers, { applicationId, title, company }),
  };
}
