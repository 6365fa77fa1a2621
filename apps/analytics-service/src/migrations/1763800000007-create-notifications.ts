import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who wants to be told of what, what was told, and what is still to be looked at. */
export class CreateNotifications1763800000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(WEBHOOKS);
    await queryRunner.query(NOTICES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE announced_applications, click_notices');
    await queryRunner.query('DROP TABLE webhook_deliveries, webhook_endpoints');
  }
}

/** A delivery is one message for one endpoint, from the moment it is due until it leaves the log. */
const WEBHOOKS = `
CREATE TABLE webhook_endpoints (
  id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id               text,
  url                   text NOT NULL,
  types                 text[] NOT NULL,
  description           text,
  enabled               boolean NOT NULL DEFAULT true,
  disabled_reason       text CHECK (disabled_reason IN ('by_hand', 'gone', 'failing')),
  failing_since         timestamptz,
  secret                text NOT NULL,
  previous_secret       text,
  previous_secret_until timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN webhook_endpoints.user_id IS 'whose clicks and bookings it is told of; null: everybody''s';
COMMENT ON COLUMN webhook_endpoints.failing_since IS 'the first failure after the last success; null while it works';

CREATE TABLE webhook_deliveries (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id     uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  message_id      text NOT NULL,
  type            text NOT NULL,
  user_id         text,
  application_id  text,
  body            text NOT NULL,
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  failures        smallint NOT NULL DEFAULT 0,
  attempts        jsonb NOT NULL DEFAULT '[]',
  next_attempt_at timestamptz DEFAULT now(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (endpoint_id, message_id)
);
COMMENT ON COLUMN webhook_deliveries.body IS 'the bytes that are signed and sent, the same at every attempt';
COMMENT ON COLUMN webhook_deliveries.failures IS 'attempts that failed since it was queued or replayed';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_by_user ON webhook_deliveries (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (created_at);
`;

const NOTICES = `
CREATE TABLE click_notices (
  click_id   uuid NOT NULL,
  clicked_at timestamptz NOT NULL,
  due_at     timestamptz NOT NULL,
  PRIMARY KEY (click_id, clicked_at)
);
COMMENT ON TABLE click_notices IS 'clicks that somebody wants to be told of if they turn out to be a person''s';
CREATE INDEX click_notices_by_time ON click_notices (due_at);

CREATE TABLE announced_applications (
  user_id        text NOT NULL,
  application_id text NOT NULL,
  PRIMARY KEY (user_id, application_id)
);
COMMENT ON TABLE announced_applications IS 'applications whose first opening was looked at: it is told once';
`;
