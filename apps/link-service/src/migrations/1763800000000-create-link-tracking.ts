import type { MigrationInterface, QueryRunner } from 'typeorm';
import { outboxTableSql } from '#events';
import { LINK_CHANGES_TABLE, OUTBOX_TABLE } from '../number-changes.query.js';

/**
 * `link_tracking` is what people and the service write. Its changes leave in three steps: a trigger, not the
 * service's code, notes each in `link_changes`, so that SQL typed by hand reaches the gateways too; the note becomes
 * a numbered state in `link_state` (see `number-changes.query.ts`); the state leaves as an event through `outbox`.
 */
export class CreateLinkTracking1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE link_tracking, link_state, ${LINK_CHANGES_TABLE}, ${OUTBOX_TABLE}`);
    await queryRunner.query('DROP SEQUENCE link_revision');
    await queryRunner.query('DROP FUNCTION note_link_change(), stamp_link_deactivation()');
  }
}

const UP = [
  // Every column but the URL has a default: an operator's INSERT may name just where the link leads. A NULL
  // redirect_url is filled in by the relay, which knows the configured base. created_at keeps milliseconds, the
  // precision of JavaScript dates, so that a page cursor made of one finds its row again.
  `CREATE TABLE link_tracking (
     tracking_id varchar(100) PRIMARY KEY DEFAULT 'lt_' || replace(gen_random_uuid()::text, '-', ''),
     user_id text NOT NULL DEFAULT 'default',
     job_id text,
     application_id text,
     link_function text NOT NULL DEFAULT 'Link',
     link_type text NOT NULL DEFAULT 'external',
     original_url text NOT NULL,
     redirect_url text,
     created_at timestamptz(3) NOT NULL DEFAULT now(),
     created_by text NOT NULL DEFAULT current_user,
     is_active boolean NOT NULL DEFAULT true,
     description text,
     deactivated_at timestamptz(3)
   )`,
  // Get-or-create rests on this index. Absent ids are equal to each other: two links without a job are one link.
  `CREATE UNIQUE INDEX link_tracking_identity ON link_tracking
     (user_id, job_id, application_id, link_function, md5(original_url)) NULLS NOT DISTINCT`,
  'CREATE INDEX link_tracking_job ON link_tracking (job_id)',
  'CREATE INDEX link_tracking_application ON link_tracking (application_id)',
  'CREATE INDEX link_tracking_newest ON link_tracking (created_at, tracking_id)',

  // Notes of changes that are not numbered yet, and events that are not published yet.
  outboxTableSql(LINK_CHANGES_TABLE),
  outboxTableSql(OUTBOX_TABLE),
  // The newest usable state of every link, removed ones included, with the revision that gateways catch up by.
  `CREATE TABLE link_state (
     tracking_id text PRIMARY KEY,
     revision bigint NOT NULL UNIQUE,
     state jsonb NOT NULL
   )`,
  'CREATE SEQUENCE link_revision',

  // The functions run with their owner's rights and this schema's search path: whoever may change a link, from
  // whatever session, changes it for the gateways too.
  `CREATE FUNCTION stamp_link_deactivation() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     NEW.deactivated_at := CASE WHEN NEW.is_active THEN NULL ELSE coalesce(NEW.deactivated_at, now()) END;
     RETURN NEW;
   END $$`,
  `CREATE FUNCTION note_link_change() RETURNS trigger LANGUAGE plpgsql
     SECURITY DEFINER SET search_path FROM CURRENT AS $$
   BEGIN
     IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.tracking_id <> NEW.tracking_id THEN
       INSERT INTO ${LINK_CHANGES_TABLE} (routing_key, payload) VALUES ('link.changed', json_build_object(
         'tracking_id', OLD.tracking_id, 'removed', to_json(OLD),
         'request_id', nullif(current_setting('footfall.request_id', true), '')));
     END IF;
     IF TG_OP <> 'DELETE' THEN
       INSERT INTO ${LINK_CHANGES_TABLE} (routing_key, payload) VALUES ('link.changed', json_build_object(
         'tracking_id', NEW.tracking_id,
         'request_id', nullif(current_setting('footfall.request_id', true), '')));
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER link_deactivation BEFORE INSERT OR UPDATE OF is_active ON link_tracking
     FOR EACH ROW EXECUTE FUNCTION stamp_link_deactivation()`,
  'CREATE TRIGGER link_inserted AFTER INSERT ON link_tracking FOR EACH ROW EXECUTE FUNCTION note_link_change()',
  // Writing the same values again is no change, and neither is the relay filling in a redirect_url.
  `CREATE TRIGGER link_updated AFTER UPDATE ON link_tracking FOR EACH ROW
     WHEN (((to_jsonb(OLD) - 'redirect_url') IS DISTINCT FROM (to_jsonb(NEW) - 'redirect_url'))
           OR (OLD.redirect_url IS NOT NULL AND OLD.redirect_url IS DISTINCT FROM NEW.redirect_url))
     EXECUTE FUNCTION note_link_change()`,
  'CREATE TRIGGER link_deleted AFTER DELETE ON link_tracking FOR EACH ROW EXECUTE FUNCTION note_link_change()',
];
