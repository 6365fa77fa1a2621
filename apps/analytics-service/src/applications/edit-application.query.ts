import type { DataSource } from 'typeorm';
import type { Outcome } from './application.js';
import type { ApplicationEdit } from './application.schemas.js';

/** What an outcome says of interview and offer; undefined leaves on record what is there. */
const REACHED: Readonly<Record<Outcome, { interview?: boolean; offer?: boolean }>> = {
  none: { interview: false, offer: false },
  rejected: {},
  interview: { interview: true, offer: false },
  offer: { interview: true, offer: true },
  accepted: { interview: true, offer: true },
  withdrawn: {},
};

/** $3 the fields set now, $4 their values as JSON, $5 and $6 what the outcome says of interview and offer. */
const EDIT = `
WITH edit AS (
  SELECT * FROM jsonb_to_record($4::jsonb)
    AS edit (job_id text, company text, title text, job_board text, sent_at timestamptz, outcome text)
)
INSERT INTO applications AS held (user_id, application_id, job_id, company, title, job_board, stated_sent_at, outcome,
  had_interview, had_offer, set_by_person)
SELECT $1, $2, job_id, company, title, job_board, sent_at, coalesce(outcome, 'none'), coalesce($5, false),
  coalesce($6, false), $3::text[]
FROM edit
ON CONFLICT (user_id, application_id) DO UPDATE SET
  ${['job_id', 'company', 'title', 'job_board', 'outcome'].map((name) => chooseSet(name, name)).join(', ')},
  ${chooseSet('stated_sent_at', 'sent_at')},
  had_interview = coalesce($5, held.had_interview), had_offer = coalesce($6, held.had_offer),
  set_by_person = ARRAY(SELECT DISTINCT unnest(held.set_by_person || excluded.set_by_person) ORDER BY 1)
RETURNING xmax = 0 AS is_new`;

function chooseSet(column: string, field: string): string {
  return `${column} = CASE WHEN '${field}' = ANY (excluded.set_by_person) THEN excluded.${column} ELSE held.${column} END`;
}

/** Sets the fields given; answers whether the application is new. */
export async function editApplication(
  dataSource: DataSource,
  { userId, applicationId, edit }: { userId: string; applicationId: string; edit: ApplicationEdit },
): Promise<boolean> {
  const fields = Object.entries(edit).filter(([, value]) => value !== undefined);
  const { interview, offer } = edit.outcome ? REACHED[edit.outcome] : {};
  const [{ is_new }] = await dataSource.query(EDIT, [
    userId,
    applicationId,
    fields.map(([name]) => name).sort(),
    JSON.stringify(edit),
    interview ?? null,
    offer ?? null,
  ]);
  return is_new;
}
