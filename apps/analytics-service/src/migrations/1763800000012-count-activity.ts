import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters for periods: activity of users and functions by day and by quarter of an hour, and unique sessions by day.
 * What is stored already is counted into them.
 */
export class CountActivity1763800000012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(LINK_DAYS);
    await queryRunner.query(SESSION_DAYS);
    await queryRunner.query(ACTIVITY);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE activity');
    await queryRunner.query(ONE_COUNTER_A_SCOPE);
    await queryRunner.query('ALTER TABLE unique_sessions DROP COLUMN day');
    await queryRunner.query(
      'ALTER TABLE link_days DROP CONSTRAINT link_days_pkey, ADD PRIMARY KEY (day, tracking_id)',
    );
  }
}

/** Answers read one link's days; the order of the other key served reports, which now have counters of their own. */
const LINK_DAYS = 'ALTER TABLE link_days DROP CONSTRAINT link_days_pkey, ADD PRIMARY KEY (tracking_id, day)';

/** Sessions whose clicks have been deleted keep a day before all others: they count in the whole, in no period. */
const SESSION_DAYS = `
ALTER TABLE unique_sessions ADD COLUMN day date NOT NULL DEFAULT '-infinity';
UPDATE unique_sessions AS held SET day = opened.day FROM (
  SELECT hashtextextended(scope, 0) AS scope_key, hashtextextended(session_id, 0) AS session,
    min((clicked_at AT TIME ZONE 'UTC')::date) AS day
  FROM link_clicks CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL AND scope IS NOT NULL GROUP BY 1, 2
) AS opened WHERE held.scope_key = opened.scope_key AND held.session = opened.session;
ALTER TABLE unique_sessions ALTER COLUMN day DROP DEFAULT;
COMMENT ON COLUMN unique_sessions.day IS 'UTC day of the human click that was stored first: the session counts on that day';

DELETE FROM session_counters;
ALTER TABLE session_counters ADD COLUMN day date NOT NULL, DROP CONSTRAINT session_counters_pkey,
  ADD PRIMARY KEY (scope_key, day);
INSERT INTO session_counters (scope_key, day, unique_sessions)
SELECT scope_key, day, count(*) FROM unique_sessions GROUP BY 1, 2;
`;

const ONE_COUNTER_A_SCOPE = `
DELETE FROM session_counters;
ALTER TABLE session_counters DROP COLUMN day, ADD PRIMARY KEY (scope_key);
INSERT INTO session_counters (scope_key, unique_sessions)
SELECT scope_key, count(*) FROM unique_sessions GROUP BY 1;
`;

/** Every zone in use differs from UTC by whole quarters of an hour, so its days are made of them. */
const ACTIVITY = `
CREATE TABLE activity (
  user_id          text COLLATE "C" NOT NULL,
  link_function    text COLLATE "C" NOT NULL,
  grain            text COLLATE "C" NOT NULL CHECK (grain IN ('day', 'quarter')),
  starts_at        timestamptz NOT NULL,
  total_clicks     bigint NOT NULL,
  human_clicks     bigint NOT NULL,
  machine_clicks   bigint NOT NULL,
  suspected_clicks bigint NOT NULL,
  duplicate_clicks bigint NOT NULL,
  PRIMARY KEY (user_id, link_function, grain, starts_at)
) WITH (fillfactor = 60);
COMMENT ON TABLE activity IS 'clicks by UTC day and by quarter of an hour; an empty user or function stands for all of them';

INSERT INTO activity (user_id, link_function, grain, starts_at, total_clicks, human_clicks, machine_clicks,
  suspected_clicks, duplicate_clicks)
SELECT coalesce(user_id, ''), coalesce(link_function, ''), grain, starts_at, count(*),
  count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'machine'),
  count(*) FILTER (WHERE class = 'suspected'), count(*) FILTER (WHERE class = 'duplicate')
FROM link_clicks CROSS JOIN LATERAL (VALUES
  ('quarter', date_bin('15 minutes', clicked_at, 'epoch')), ('day', date_trunc('day', clicked_at, 'UTC'))
) AS grains (grain, starts_at)
WHERE answer = 'redirect'
GROUP BY grain, starts_at, CUBE (user_id, link_function);
`;
