import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clicks, partitioned by UTC month, and the counters that move in the statement that inserts them. */
export class CreateClicks1763800000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CLICKS);
    await queryRunner.query(ENSURE_CLICK_PARTITION);
    await queryRunner.query(COUNTERS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE session_counters, unique_sessions, link_days, link_counters');
    await queryRunner.query('DROP FUNCTION ensure_click_partition(date)');
    await queryRunner.query('DROP TABLE link_clicks');
  }
}

const CLICKS = `
CREATE TABLE link_clicks (
  click_id       uuid NOT NULL,
  clicked_at     timestamptz NOT NULL,
  tracking_id    varchar(100) COLLATE "C" NOT NULL,
  user_id        text NOT NULL,
  job_id         text,
  application_id text,
  link_function  text NOT NULL,
  answer         text NOT NULL,
  class          text NOT NULL,
  score          smallint NOT NULL,
  reasons        text[] NOT NULL,
  rules_version  smallint NOT NULL,
  ip_address     inet,
  user_agent     text,
  referrer_url   text,
  session_id     text,
  click_source   text NOT NULL,
  device         text,
  browser        text,
  os             text,
  country        text,
  metadata       jsonb,
  facts          jsonb,
  request_id     text,
  recorded_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (click_id, clicked_at)
) PARTITION BY RANGE (clicked_at);
COMMENT ON COLUMN link_clicks.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN link_clicks.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';

CREATE TABLE link_clicks_default PARTITION OF link_clicks DEFAULT;
CREATE INDEX link_clicks_by_link ON link_clicks (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_with_ip ON link_clicks (clicked_at) WHERE ip_address IS NOT NULL;
`;

/**
 * Creates the partition of a UTC month and moves what the default partition holds of it. Answers whether it made
 * one. Two callers at once are serialised by the lock; the second finds the partition and answers false.
 */
const ENSURE_CLICK_PARTITION = `
CREATE FUNCTION ensure_click_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  partition text := 'link_clicks_' || to_char(month, 'YYYY_MM');
  starts timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_click_partition'));
  IF to_regclass(partition) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE link_clicks INCLUDING DEFAULTS INCLUDING COMMENTS)', partition);
  LOCK TABLE link_clicks_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM link_clicks_default WHERE clicked_at >= %L AND clicked_at < %L RETURNING *)
     INSERT INTO %I SELECT * FROM moved', starts, ends, partition);
  EXECUTE format('ALTER TABLE link_clicks ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, starts, ends);
  RETURN true;
END $$;
`;

/**
 * Counters hold what the answers need, so that no answer reads clicks one by one. unique_sessions keeps how many
 * human clicks stand behind each session of a scope: when a click loses its class, the count says whether the
 * session is still a person's. Its keys are 64-bit hashes: text keys made this, the busiest index, cost nearly twice as
 * much, and among ten million keys two collide with a chance of 3 in a million. Room is left in the pages because counters are updated in place.
 */
const COUNTERS = `
CREATE TABLE link_counters (
  tracking_id      varchar(100) COLLATE "C" PRIMARY KEY,
  user_id          text NOT NULL,
  job_id           text,
  application_id   text,
  link_function    text NOT NULL,
  total_clicks     bigint NOT NULL,
  human_clicks     bigint NOT NULL,
  machine_clicks   bigint NOT NULL,
  suspected_clicks bigint NOT NULL,
  other_hits       bigint NOT NULL,
  first_click      timestamptz,
  last_click       timestamptz
) WITH (fillfactor = 60);
CREATE INDEX link_counters_by_job ON link_counters (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX link_counters_by_application ON link_counters (application_id) WHERE application_id IS NOT NULL;

CREATE TABLE link_days (
  day              date NOT NULL,
  tracking_id      varchar(100) COLLATE "C" NOT NULL,
  total_clicks     bigint NOT NULL,
  human_clicks     bigint NOT NULL,
  machine_clicks   bigint NOT NULL,
  suspected_clicks bigint NOT NULL,
  other_hits       bigint NOT NULL,
  PRIMARY KEY (day, tracking_id)
) WITH (fillfactor = 60);
COMMENT ON COLUMN link_days.day IS 'UTC';

CREATE TABLE unique_sessions (
  scope_key    bigint NOT NULL,
  session      bigint NOT NULL,
  human_clicks integer NOT NULL,
  PRIMARY KEY (scope_key, session)
) WITH (fillfactor = 90);
COMMENT ON COLUMN unique_sessions.scope_key IS 'hashtextextended of l:<tracking id>, j:<job id> or a:<application id>, 0';
COMMENT ON COLUMN unique_sessions.session IS 'hashtextextended(session_id, 0)';

CREATE TABLE session_counters (
  scope_key       bigint PRIMARY KEY,
  unique_sessions bigint NOT NULL
) WITH (fillfactor = 60);
`;
