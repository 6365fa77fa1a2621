#!/bin/sh
# deploy/secrets.sh [folder]: makes what docker-compose.yml and deploy/kubernetes take as secrets, a file each, in
# ./secrets. What is there is kept, so that it can be run again: to replace one, delete its file first.
# The folder is closed to others; its files are open, because containers read them under accounts of their own.
set -eu
folder=${1:-./secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'; }
digest() { if command -v sha256sum > /dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
keep() { if [ -e "$folder/$1" ]; then cat > /dev/null; else cat > "$folder/$1"; chmod 644 "$folder/$1"; fi; }

random | keep postgres-password
for schema in links documents analytics access; do
  printf 'postgres://footfall_%s:%s@%s/footfall' "$schema" "$(random)" "${POSTGRES_ADDRESS:-postgres:5432}" |
    keep "$schema-database-url"
done

printf 'amqp://footfall:%s@%s' "$(random)" "${RABBITMQ_ADDRESS:-rabbitmq:5672}" | keep amqp-url
password=$(sed 's|^amqps*://footfall:\([^@]*\)@.*|\1|' "$folder/amqp-url")
printf 'default_user = footfall\ndefault_pass = %s\n' "$password" | keep rabbitmq.conf

# service-key: by which services call each other. admin-key: yours. Services know both by their digests.
for name in service admin; do printf 'ff_%s' "$(random)" | keep "$name-key"; done
for name in service admin; do printf '%s:%s\n' "$name" "$(digest < "$folder/$name-key")"; done | keep api-keys

random | keep grafana-password
# Yours to fill in, when people log in by an identity provider: see docs/access.md.
printf '' | keep oidc-client-secret
echo "Secrets lie in $folder; your own API key is in $folder/admin-key." >&2
