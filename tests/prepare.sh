#!/usr/bin/env bash
# Installs what the tests need beyond Python, where this machine may and has it not yet: a browser and Chinese fonts,
# PostgreSQL's programs, Java and Maven for Apache Kafka, libfaketime for the fault rig, LibreOffice for sheets,
# Prometheus for its promtool, and Node.js with the package by which a partner's system verifies our webhooks.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium fonts-noto-cjk)
command -v pg_ctl >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null || missing+=(postgresql)
command -v java >/dev/null || missing+=(default-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || missing+=(libfaketime)
command -v soffice >/dev/null || missing+=(libreoffice-calc-nogui)
command -v promtool >/dev/null || missing+=(prometheus)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if ((${#missing[@]})) && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
partner=$(dirname "$0")/clients/javascript
if command -v npm >/dev/null && [ ! -d "$partner/node_modules/standardwebhooks" ]; then
    npm ci --prefix "$partner" --silent --no-audit --no-fund
fi
