#!/bin/sh
# Runs once, when the database container makes its cluster: a role and a schema for each service, and a search path
# over all of them, so that SQL by hand needs no schema names.
set -eu
for schema in links documents analytics; do
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v schema="$schema" -v role="footfall_$schema" \
    -v password="$SERVICE_DB_PASSWORD" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE SCHEMA :"schema" AUTHORIZATION :"role";
SQL
done
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v database="$POSTGRES_DB" <<'SQL'
ALTER DATABASE :"database" SET search_path = links, documents, analytics, public;
SQL
