#!/bin/sh
# Runs once, when the database container makes its cluster: a role and a schema for each service, and a search path
# over all of them, so that SQL by hand needs no schema names. Passwords are those of /run/secrets/<schema>-database-url.
set -eu
run() { psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v database="$POSTGRES_DB" "$@"; }
for schema in links documents analytics access; do
  password=$(sed 's|^[^:]*://[^:]*:\([^@]*\)@.*|\1|' "${SECRETS_DIR:-/run/secrets}/$schema-database-url")
  run -v schema="$schema" -v role="footfall_$schema" -v password="$password" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE SCHEMA :"schema" AUTHORIZATION :"role";
GRANT pg_checkpoint TO :"role";
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO :"role";
GRANT MAINTAIN ON pg_catalog.pg_statistic TO :"role";
SQL
done
run <<'SQL'
ALTER DATABASE :"database" SET search_path = links, documents, analytics, access, public;
SQL
