import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What analytics knows of other services' links and documents, and its own small tables. */
export class CreateReadModels1763800000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(READ_MODELS);
    await queryRunner.query(BOOKKEEPING);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE maintenance_marks, reported_clicks, session_salts, applications, links',
    );
  }
}

const READ_MODELS = `
CREATE TABLE links (
  tracking_id    varchar(100) COLLATE "C" PRIMARY KEY,
  user_id        text NOT NULL,
  job_id         text,
  application_id text,
  link_function  text NOT NULL,
  link_type      text NOT NULL,
  original_url   text NOT NULL,
  redirect_url   text NOT NULL,
  description    text,
  is_active      boolean NOT NULL,
  created_at     timestamptz NOT NULL,
  revision       bigint NOT NULL
);
CREATE INDEX links_by_job ON links (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX links_by_application ON links (application_id) WHERE application_id IS NOT NULL;

CREATE TABLE applications (
  user_id            text NOT NULL,
  application_id     text NOT NULL,
  job_id             text,
  company            text,
  title              text,
  job_board          text,
  first_generated_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, application_id)
);
`;

const BOOKKEEPING = `
CREATE TABLE session_salts (
  day        date PRIMARY KEY,
  salt       bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE reported_clicks (
  tracking_id varchar(100) NOT NULL,
  event_id    text NOT NULL,
  click_id    uuid NOT NULL,
  clicked_at  timestamptz NOT NULL,
  body_hash   text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tracking_id, event_id)
);
COMMENT ON TABLE reported_clicks IS 'the identity given to a click that an outside caller reported under an id of its own: a retry finds it';

CREATE TABLE maintenance_marks (
  name  text PRIMARY KEY,
  value timestamptz NOT NULL
);
`;
