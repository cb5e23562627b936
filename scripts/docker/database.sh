# shellcheck shell=bash
# Runs once, in the database's container, on an empty volume: the application's role owns its database
# but is no superuser, so the extensions are made here.
psql --set ON_ERROR_STOP=1 --quiet --host /var/run/postgresql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set password="$(cat /secrets/database_password)" <<'SQL'
CREATE ROLE patrulja LOGIN PASSWORD :'password';
ALTER DATABASE patrulja OWNER TO patrulja;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
SQL
