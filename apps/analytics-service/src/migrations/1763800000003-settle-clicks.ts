import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What settling needs: clicks by network, a queue of what is to settle, flagged networks, and its counters. */
export class SettleClicks1763800000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(NETWORKS);
    await queryRunner.query(QUEUE);
    await queryRunner.query(COUNTERS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE flagged_networks, settling');
    await queryRunner.query('DROP INDEX link_clicks_by_network, link_preflights_by_network');
    await queryRunner.query('DROP FUNCTION network_of(inet)');
    for (const table of ['link_counters', 'link_days']) {
      await queryRunner.query(
        `ALTER TABLE ${table} DROP COLUMN duplicate_clicks, DROP COLUMN inferred_opens`,
      );
    }
  }
}

const NETWORKS = `
CREATE FUNCTION network_of(address inet) RETURNS cidr LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT network(set_masklen(address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END)) $$;
COMMENT ON FUNCTION network_of IS 'the /24 or /48 of an address: clicks from one of them are taken to come from one place';

CREATE INDEX link_clicks_by_network ON link_clicks (network_of(ip_address), clicked_at)
  WHERE ip_address IS NOT NULL;
CREATE INDEX link_preflights_by_network ON link_clicks (network_of(ip_address), clicked_at)
  WHERE ip_address IS NOT NULL AND answer = 'preflight';
`;

/**
 * A row of the queue stands for a stored batch: which networks it came from and when each began and ended. One row a
 * batch, because a row a click would be one more insert and index entry for every click.
 */
const QUEUE = `
CREATE TABLE settling (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at   timestamptz NOT NULL,
  networks cidr[] NOT NULL,
  firsts   timestamptz[] NOT NULL,
  lasts    timestamptz[] NOT NULL
);
CREATE INDEX settling_by_time ON settling (due_at);

CREATE TABLE flagged_networks (
  network    cidr NOT NULL,
  flagged_at timestamptz NOT NULL,
  PRIMARY KEY (network, flagged_at)
);
COMMENT ON TABLE flagged_networks IS 'networks from which a burst of clicks came, and when';
`;

const COUNTERS = `
ALTER TABLE link_counters ADD COLUMN duplicate_clicks bigint NOT NULL DEFAULT 0,
  ADD COLUMN inferred_opens bigint NOT NULL DEFAULT 0;
ALTER TABLE link_days ADD COLUMN duplicate_clicks bigint NOT NULL DEFAULT 0,
  ADD COLUMN inferred_opens bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN link_counters.inferred_opens IS 'preflights of Office that no browser followed: among the other hits';
`;
