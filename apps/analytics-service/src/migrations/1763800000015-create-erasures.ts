import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasureLedgerSql, outboxTableSql } from '#events';

/** What was erased, what is being erased, and which links are gone for good. No table of these names anybody. */
export class CreateErasures1763800000015 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(erasureLedgerSql('analytics.erasure_ledger'));
    await queryRunner.query(outboxTableSql('analytics.privacy_outbox'));
    await queryRunner.query(ERASURES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE erasure_parts, erasures, erased_links, erasure_key, privacy_outbox, erasure_ledger',
    );
  }
}

const ERASURES = `
CREATE TABLE erased_links (
  tracking_id varchar(100) COLLATE "C" PRIMARY KEY,
  erasure_id  uuid NOT NULL
);
COMMENT ON TABLE erased_links IS 'ids are random and say nothing of whose they were; what comes about one of them is dropped';
CREATE INDEX erased_links_by_erasure ON erased_links (erasure_id);

CREATE TABLE erasure_key (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  key      text NOT NULL
);
COMMENT ON TABLE erasure_key IS 'of every digest of this deployment';
INSERT INTO erasure_key (key)
SELECT encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex');

CREATE TABLE erasures (
  erasure_id   uuid PRIMARY KEY,
  kind         text NOT NULL,
  digest       text NOT NULL,
  owner        text,
  stage        text NOT NULL CHECK (stage IN ('erase', 'scrub', 'done')),
  round        integer NOT NULL,
  until        timestamptz,
  requested_at timestamptz NOT NULL DEFAULT now(),
  finished_at  timestamptz
);
COMMENT ON COLUMN erasures.until IS 'how far it reaches: set when it is done; while it is asked for the first time, up to the present';
CREATE INDEX erasures_by_time ON erasures (requested_at DESC, erasure_id);

CREATE TABLE erasure_parts (
  erasure_id  uuid NOT NULL REFERENCES erasures,
  service     text NOT NULL,
  stage       text NOT NULL,
  round       integer NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('pending', 'done', 'failed')),
  found       integer NOT NULL DEFAULT 0,
  erased      jsonb NOT NULL DEFAULT '{}',
  problem     text,
  answered_at timestamptz,
  PRIMARY KEY (erasure_id, service)
);
COMMENT ON COLUMN erasure_parts.found IS 'erased in this round; erased adds up all rounds';
`;
