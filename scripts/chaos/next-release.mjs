// The migrations of a release to come: they alter the tables that every click and document goes through.
import pg from 'pg';
import { migrateDatabases } from '../../dist/libs/platform/src/database.module.js';
import { DatabaseModule } from '../../dist/libs/platform/src/index.js';

const STATEMENTS = {
  analytics: [
    "ALTER TABLE link_clicks ADD COLUMN chaos_note text NOT NULL DEFAULT ''",
    'ALTER TABLE link_clicks ADD CONSTRAINT chaos_note_length CHECK (length(chaos_note) < 100) NOT VALID',
    'ALTER TABLE link_counters ADD COLUMN chaos_count bigint NOT NULL DEFAULT 0',
    'ALTER TABLE links ADD COLUMN chaos_note text',
    'ALTER TABLE applications ADD COLUMN chaos_note text',
  ],
  links: [
    "ALTER TABLE link_tracking ADD COLUMN chaos_note text NOT NULL DEFAULT ''",
    'CREATE INDEX chaos_functions ON link_tracking (link_function, created_at)',
  ],
  documents: [
    "ALTER TABLE documents ADD COLUMN chaos_note text NOT NULL DEFAULT ''",
    'ALTER TABLE user_candidate_info ADD COLUMN chaos_note text',
  ],
};
/** Somebody reads these in one transaction, as a backup or a long report does. */
const READ = 'BEGIN; SELECT 1 FROM analytics.link_clicks LIMIT 1; SELECT 1 FROM links.link_tracking LIMIT 1';

/** Runs them as `--migrate-only` does, while somebody else reads for so long. Answers how often they had to try again. */
export async function migrateToNextRelease(urlOf, { readingMs }) {
  const reader = new pg.Client(urlOf('admin'));
  await reader.connect();
  await reader.query(READ);
  const finished = new Promise((resolve) => setTimeout(resolve, readingMs)).then(() => reader.end());
  let tries = 0;
  const logger = { info: () => {}, warn: () => tries++ };
  const imports = Object.entries(STATEMENTS).map(([schema, statements]) =>
    DatabaseModule.register({
      token: Symbol(schema),
      url: urlOf(schema),
      schema,
      entities: [],
      migrations: [migrationOf(schema, statements)],
    }),
  );
  await Promise.all([migrateDatabases(imports, logger), finished]);
  return tries;
}

function migrationOf(schema, statements) {
  const name = `Chaos${schema}9000000000000`;
  return class {
    name = name;
    async up(runner) {
      for (const statement of statements) await runner.query(statement);
    }
    async down() {}
  };
}
