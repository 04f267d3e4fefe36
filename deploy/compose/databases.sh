#!/bin/sh
# 建库建角色 · One database per service, at the first start of PostgreSQL. Its owner makes and changes tables
# (migrate); the service itself may only read and write rows, and reaches no other service's database.
set -eu

for service in registry quota notify; do
    upper=$(printf %s "$service" | tr '[:lower:]' '[:upper:]')
    eval "OWNER_PASSWORD=\$${upper}_OWNER_PASSWORD APP_PASSWORD=\$${upper}_PASSWORD"
    export OWNER_PASSWORD APP_PASSWORD
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=service="$service" --set=owner="${service}_owner" \
        --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'app_password';
CREATE DATABASE :"service" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
\connect :"service"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO :"service";
SQL
done
