import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications as a person sees them: what was sent, whether a person opened it, whether it was booked. */
export class TrackApplications1763800000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FIRST_HUMAN_CLICKS);
    await queryRunner.query(APPLICATIONS);
    await queryRunner.query(PARTS);
    await queryRunner.query(STALE_APPLICATIONS);
    for (const trigger of TRIGGERS) await queryRunner.query(trigger);
    await queryRunner.query(REFRESH_ALL);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP FUNCTION note_stale_applications(), note_opened_applications(), note_moved_applications() CASCADE`,
    );
    await queryRunner.query('DROP TABLE stale_applications, application_documents, application_functions');
    await queryRunner.query(
      `ALTER TABLE applications DROP COLUMN sent_at, DROP COLUMN search_text, DROP COLUMN first_linked_at,
         DROP COLUMN stated_sent_at, DROP COLUMN set_by_person, DROP COLUMN outcome, DROP COLUMN had_interview,
         DROP COLUMN had_offer, DROP COLUMN human_clicks, DROP COLUMN people, DROP COLUMN opened_at,
         DROP COLUMN booked_at, DROP COLUMN score`,
    );
    await queryRunner.query('DELETE FROM applications WHERE first_generated_at IS NULL');
    await queryRunner.query('ALTER TABLE applications ALTER COLUMN first_generated_at SET NOT NULL');
    await queryRunner.query('ALTER TABLE link_counters DROP COLUMN first_human_click');
  }
}

const FIRST_HUMAN_CLICKS = `
ALTER TABLE link_counters ADD COLUMN first_human_click timestamptz;
UPDATE link_counters AS held SET first_human_click = (
  SELECT min(clicked_at) FROM link_clicks AS click
  WHERE click.tracking_id = held.tracking_id AND answer = 'redirect' AND class = 'human'
) WHERE human_clicks > 0;
`;

/** `sent_at` and `search_text` follow from other columns, so that no writer can forget them. */
const APPLICATIONS = `
ALTER TABLE applications ALTER COLUMN first_generated_at DROP NOT NULL,
  ADD COLUMN first_linked_at timestamptz,
  ADD COLUMN stated_sent_at timestamptz,
  ADD COLUMN set_by_person text[] NOT NULL DEFAULT '{}',
  ADD COLUMN outcome text NOT NULL DEFAULT 'none'
    CHECK (outcome IN ('none', 'rejected', 'interview', 'offer', 'accepted', 'withdrawn')),
  ADD COLUMN had_interview boolean NOT NULL DEFAULT false,
  ADD COLUMN had_offer boolean NOT NULL DEFAULT false,
  ADD COLUMN human_clicks bigint NOT NULL DEFAULT 0,
  ADD COLUMN people bigint NOT NULL DEFAULT 0,
  ADD COLUMN opened_at timestamptz,
  ADD COLUMN booked_at timestamptz,
  ADD COLUMN score smallint NOT NULL DEFAULT 0;
ALTER TABLE applications
  ADD COLUMN sent_at timestamptz GENERATED ALWAYS AS (
    CASE WHEN 'sent_at' = ANY (set_by_person) THEN stated_sent_at
      ELSE coalesce(first_generated_at, first_linked_at) END
  ) STORED,
  ADD COLUMN search_text text COLLATE "C" GENERATED ALWAYS AS (
    lower(coalesce(company, '') || ' ' || coalesce(title, '') || ' ' || coalesce(job_board, '') || ' ' || application_id)
  ) STORED;
COMMENT ON COLUMN applications.set_by_person IS 'columns that a person has set: no event changes them';
COMMENT ON COLUMN applications.had_interview IS 'stays when the application is rejected or withdrawn after it';
COMMENT ON COLUMN applications.people IS 'sessions with a human click, which are per day; one more when only visitors who are not tracked clicked';
COMMENT ON COLUMN applications.opened_at IS 'the first human click on any link of the application';
COMMENT ON COLUMN applications.booked_at IS 'the first booking that is not canceled';
CREATE INDEX applications_by_sending ON applications (sent_at);
CREATE INDEX applications_by_id ON applications (application_id);
`;

const PARTS = `
CREATE TABLE application_functions (
  user_id        text NOT NULL,
  application_id text NOT NULL,
  link_function  text NOT NULL,
  human_clicks   bigint NOT NULL,
  opened_at      timestamptz,
  booked_at      timestamptz,
  PRIMARY KEY (user_id, application_id, link_function)
);

CREATE TABLE application_documents (
  document_id    uuid PRIMARY KEY,
  user_id        text NOT NULL,
  application_id text NOT NULL,
  kind           text NOT NULL,
  generated_at   timestamptz NOT NULL
);
CREATE INDEX application_documents_by_application
  ON application_documents (user_id, application_id, generated_at DESC, document_id DESC);
`;

/**
 * Applications whose figures no longer say what their links, clicks and bookings say. Statements note them in one row
 * each: whoever changes a link, its counters or a booking need not know of applications, and pays once a batch.
 */
const STALE_APPLICATIONS = `
CREATE TABLE stale_applications (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_ids        text[] NOT NULL,
  application_ids text[] NOT NULL
);

CREATE FUNCTION note_stale_applications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale_applications (user_ids, application_ids)
  SELECT array_agg(user_id), array_agg(application_id)
  FROM (SELECT DISTINCT user_id, application_id FROM changed) AS named
  WHERE user_id IS NOT NULL AND application_id IS NOT NULL HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION note_moved_applications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale_applications (user_ids, application_ids)
  SELECT array_agg(user_id), array_agg(application_id)
  FROM (SELECT user_id, application_id FROM changed UNION SELECT user_id, application_id FROM before) AS named
  WHERE user_id IS NOT NULL AND application_id IS NOT NULL HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE FUNCTION note_opened_applications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale_applications (user_ids, application_ids)
  SELECT array_agg(user_id), array_agg(application_id)
  FROM (
    SELECT DISTINCT changed.user_id, changed.application_id FROM changed JOIN before USING (tracking_id)
    WHERE changed.human_clicks <> before.human_clicks OR changed.total_clicks = before.total_clicks
  ) AS named
  WHERE application_id IS NOT NULL HAVING count(*) > 0;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION note_opened_applications IS 'machine clicks move the total alone and change nothing; changed classes leave the total as it is';
`;

const TRIGGERS = ['links', 'link_counters', 'bookings'].flatMap((table) => [
  `CREATE TRIGGER note_new_applications AFTER INSERT ON ${table} REFERENCING NEW TABLE AS changed
     FOR EACH STATEMENT EXECUTE FUNCTION note_stale_applications()`,
  `CREATE TRIGGER note_changed_applications AFTER UPDATE ON ${table}
     REFERENCING OLD TABLE AS before NEW TABLE AS changed
     FOR EACH STATEMENT EXECUTE FUNCTION ${table === 'link_counters' ? 'note_opened' : 'note_moved'}_applications()`,
  `CREATE TRIGGER note_left_applications AFTER DELETE ON ${table} REFERENCING OLD TABLE AS changed
     FOR EACH STATEMENT EXECUTE FUNCTION note_stale_applications()`,
]);

const REFRESH_ALL = `
INSERT INTO stale_applications (user_ids, application_ids)
SELECT array_agg(user_id), array_agg(application_id)
FROM (
  SELECT user_id, application_id, row_number() OVER () / 500 AS part
  FROM (
    SELECT user_id, application_id FROM links WHERE application_id IS NOT NULL
    UNION SELECT user_id, application_id FROM link_counters WHERE application_id IS NOT NULL
    UNION SELECT user_id, application_id FROM bookings WHERE user_id IS NOT NULL AND application_id IS NOT NULL
  ) AS named
) AS parts GROUP BY part`;
