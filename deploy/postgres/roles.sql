-- 每个服务一个数据库、两个角色 · One database and two roles per service.
--
-- <service>_owner owns the tables and runs `migrate`; <service>_app serves, and may only read and write rows.
-- Run by a superuser with psql, as often as you like; passwords come from the environment:
--
--   TALENT_REGISTRY_OWNER_PASSWORD=… TALENT_REGISTRY_APP_PASSWORD=…  (and _QUOTA_, _NOTIFY_)  psql -f roles.sql
\set ON_ERROR_STOP on

\set service talent_registry
\getenv owner_password TALENT_REGISTRY_OWNER_PASSWORD
\getenv app_password TALENT_REGISTRY_APP_PASSWORD
\ir service.sql

\set service talent_quota
\getenv owner_password TALENT_QUOTA_OWNER_PASSWORD
\getenv app_password TALENT_QUOTA_APP_PASSWORD
\ir service.sql

\set service talent_notify
\getenv owner_password TALENT_NOTIFY_OWNER_PASSWORD
\getenv app_password TALENT_NOTIFY_APP_PASSWORD
\ir service.sql
