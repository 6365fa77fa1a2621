import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Functions of applications know when these were sent and whether they led to an interview: answers about all of them need
 * no join. Whoever changes that in an application has it read anew, as for all of its figures.
 */
export class DateFunctions1763800000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
    await queryRunner.query(NOTES);
    await queryRunner.query(
      'CREATE INDEX applications_by_job ON applications (job_id) WHERE job_id IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX applications_by_job');
    await queryRunner.query('DROP TRIGGER note_new_applications ON applications');
    await queryRunner.query('DROP FUNCTION note_described_application() CASCADE');
    await queryRunner.query(
      'ALTER TABLE application_functions DROP COLUMN sent_at, DROP COLUMN had_interview',
    );
  }
}

const COLUMNS = `
ALTER TABLE application_functions ADD COLUMN sent_at timestamptz,
  ADD COLUMN had_interview boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN application_functions.sent_at IS 'as in applications, a second or two later';
UPDATE application_functions AS part SET sent_at = held.sent_at, had_interview = held.had_interview
FROM applications AS held WHERE held.user_id = part.user_id AND held.application_id = part.application_id;
`;

const NOTES = `
CREATE TRIGGER note_new_applications AFTER INSERT ON applications REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION note_stale_applications();

CREATE FUNCTION note_described_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale_applications (user_ids, application_ids) VALUES (ARRAY[NEW.user_id], ARRAY[NEW.application_id]);
  RETURN NULL;
END $$;
CREATE TRIGGER note_described_applications AFTER UPDATE ON applications FOR EACH ROW
  WHEN (OLD.sent_at IS DISTINCT FROM NEW.sent_at OR OLD.had_interview <> NEW.had_interview)
  EXECUTE FUNCTION note_described_application();
`;
