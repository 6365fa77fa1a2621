#!/bin/sh
# assemble.sh <service> <folder>: what one service needs of a built repository, and nothing of the others.
set -eu
service=$1
folder=$2
apps=$service
flags=--enable-source-maps
case $service in
  standalone) apps="standalone redirect-gateway link-service document-service analytics-service" ;;
  # Bounds on memory: see docs/scaling.md.
  redirect-gateway) flags="$flags --min-semi-space-size=16 --max-semi-space-size=16" ;;
  analytics-service) flags="$flags --min-semi-space-size=16 --max-semi-space-size=16 --max-old-space-size=512" ;;
  link-service | document-service) ;;
  *)
    echo "SERVICE must be redirect-gateway, link-service, document-service, analytics-service or standalone." >&2
    exit 1
    ;;
esac

mkdir -p "$folder/dist/apps" "$folder/dist/libs"
for app in $apps; do cp -R "dist/apps/$app" "$folder/dist/apps/"; done
for lib in contracts events platform; do cp -R "dist/libs/$lib" "$folder/dist/libs/"; done
if [ "$service" = standalone ]; then cp -R dist/dashboard "$folder/dist/"; fi
mkdir "$folder/scripts"
for script in running-database redrive; do cp "scripts/$script.mjs" "$folder/scripts/"; done
if [ -d "$folder/dist/apps/analytics-service" ]; then
  for script in erasures reconcile reclassify; do cp "scripts/$script.mjs" "$folder/scripts/"; done
fi
if [ "$service" = redirect-gateway ]; then cp deploy/drain.mjs "$folder/"; fi
cp package.json LICENSE "$folder/"

cat > "$folder/start" <<START
#!/bin/sh
exec node $flags /footfall/dist/apps/$service/src/main.js "\$@"
START
chmod 755 "$folder/start"
