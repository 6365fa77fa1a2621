import type { MigrationInterface, QueryRunner } from 'typeorm';
import { candidateChanged } from '#contracts';

/**
 * Writes `candidate.changed.v1` to the outbox whenever one of a candidate's URLs changes. A trigger, not the service's
 * code, so that SQL typed by hand moves the links that follow a profile too.
 */
export class AnnounceCandidateUrls1763812000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION announce_candidate_urls() CASCADE');
  }
}

/** User ids that links can belong to, as contracts' `isCallerReference`; rows of others have no links to move. */
const HAS_EVENT_ID = `NEW.user_id ~ '^[A-Za-z0-9._:-]{1,100}$'`;

const UP = [
  // Runs with its owner's rights and this schema's search path, whoever writes the row from whatever session. The
  // time is taken while the row is locked, so the changes of one candidate are in order. A URL that is too long for
  // the event, and so for any link, counts as none.
  `CREATE FUNCTION announce_candidate_urls() RETURNS trigger LANGUAGE plpgsql
     SECURITY DEFINER SET search_path FROM CURRENT AS $$
   BEGIN
     INSERT INTO document_outbox (routing_key, payload) VALUES ('${candidateChanged.routingKey}', json_build_object(
       'event_id', gen_random_uuid(),
       'occurred_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       'user_id', NEW.user_id,
       'calendly_url', CASE WHEN length(NEW.calendly_url) <= 2000 THEN NEW.calendly_url END,
       'linkedin_url', CASE WHEN length(NEW.linkedin_url) <= 2000 THEN NEW.linkedin_url END,
       'portfolio_url', CASE WHEN length(NEW.portfolio_url) <= 2000 THEN NEW.portfolio_url END));
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER announce_new_urls AFTER INSERT ON user_candidate_info FOR EACH ROW
     WHEN (${HAS_EVENT_ID} AND coalesce(NEW.calendly_url, NEW.linkedin_url, NEW.portfolio_url) IS NOT NULL)
     EXECUTE FUNCTION announce_candidate_urls()`,
  `CREATE TRIGGER announce_changed_urls AFTER UPDATE ON user_candidate_info FOR EACH ROW
     WHEN (${HAS_EVENT_ID} AND (OLD.calendly_url, OLD.linkedin_url, OLD.portfolio_url)
       IS DISTINCT FROM (NEW.calendly_url, NEW.linkedin_url, NEW.portfolio_url))
     EXECUTE FUNCTION announce_candidate_urls()`,
];
