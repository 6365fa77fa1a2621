import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Activity by where clicks came from. What is stored already is counted into it. */
export class CountSources1763800000019 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SOURCES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE source_activity');
  }
}

/** Days and quarters of one user lie beside each other, whatever the source: that is how they are read. */
const SOURCES = `
CREATE TABLE source_activity (
  user_id          text COLLATE "C" NOT NULL,
  click_source     text COLLATE "C" NOT NULL,
  grain            text COLLATE "C" NOT NULL CHECK (grain IN ('day', 'quarter')),
  starts_at        timestamptz NOT NULL,
  total_clicks     bigint NOT NULL,
  human_clicks     bigint NOT NULL,
  machine_clicks   bigint NOT NULL,
  suspected_clicks bigint NOT NULL,
  duplicate_clicks bigint NOT NULL,
  PRIMARY KEY (user_id, grain, starts_at, click_source)
) WITH (fillfactor = 60);
COMMENT ON TABLE source_activity IS 'clicks by UTC day and by quarter of an hour; an empty user stands for all of them';

INSERT INTO source_activity (user_id, click_source, grain, starts_at, total_clicks, human_clicks, machine_clicks,
  suspected_clicks, duplicate_clicks)
SELECT coalesce(user_id, ''), click_source, grain, starts_at, count(*),
  count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'machine'),
  count(*) FILTER (WHERE class = 'suspected'), count(*) FILTER (WHERE class = 'duplicate')
FROM link_clicks CROSS JOIN LATERAL (VALUES
  ('quarter', date_bin('15 minutes', clicked_at, 'epoch')), ('day', date_trunc('day', clicked_at, 'UTC'))
) AS grains (grain, starts_at)
WHERE answer = 'redirect'
GROUP BY grain, starts_at, click_source, GROUPING SETS ((user_id), ());
`;
