import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps the URLs of the profile that was followed last, by link function, as far as links may lead there. A link that
 * begins to follow goes there at once, whoever switches it. It waits for a change of the profile under way, which would
 * not see it.
 */
export class KnowProfileUrls1763830000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE followed_profiles ADD COLUMN urls jsonb NOT NULL DEFAULT '{}'`);
    await queryRunner.query(
      `CREATE FUNCTION follow_known_profile() RETURNS trigger LANGUAGE plpgsql
         SECURITY DEFINER SET search_path FROM CURRENT AS $$
       DECLARE known text;
       BEGIN
         SELECT urls->>NEW.link_function INTO known FROM followed_profiles WHERE user_id = NEW.user_id FOR SHARE;
         NEW.original_url := coalesce(known, NEW.original_url);
         RETURN NEW;
       END $$`,
    );
    await queryRunner.query(
      `CREATE TRIGGER link_begins_to_follow BEFORE UPDATE OF destination ON link_tracking FOR EACH ROW
         WHEN (OLD.destination <> NEW.destination AND NEW.destination = 'follow_profile')
         EXECUTE FUNCTION follow_known_profile()`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER link_begins_to_follow ON link_tracking');
    await queryRunner.query('DROP FUNCTION follow_known_profile');
    await queryRunner.query('ALTER TABLE followed_profiles DROP COLUMN urls');
  }
}
