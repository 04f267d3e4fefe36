#!/bin/sh
# 启动全部容器 · What `make up` does: passwords drawn once into .env, everything started in order, the portal's own
# client made once, and what to do next. A second run changes nothing that is there.
set -eu
umask 077
cd "$(dirname "$0")/../.."

touch .env

is_set() { grep -q "^$1=." .env; }

keep() { printf '%s=%s\n' "$1" "$2" >>.env; }

drawn() { od -An -N 24 -t x1 /dev/urandom | tr -d ' \n'; }

for role in POSTGRES TALENT_REGISTRY_OWNER TALENT_REGISTRY_APP TALENT_QUOTA_OWNER TALENT_QUOTA_APP \
    TALENT_NOTIFY_OWNER TALENT_NOTIFY_APP \
    TALENT_KAFKA_ADMIN TALENT_REGISTRY_KAFKA TALENT_QUOTA_KAFKA TALENT_NOTIFY_KAFKA; do
    is_set "${role}_PASSWORD" || keep "${role}_PASSWORD" "$(drawn)"
done

docker compose version >/dev/null 2>&1 || {
    echo "需要 Docker 和 compose 插件 · Docker with its compose plugin is needed" >&2
    exit 1
}
chmod -R a+rX deploy/postgres # read by a user of its own in a container, whatever this host's umask left of it
docker compose build
docker compose up --detach

if ! is_set TALENT_PORTAL_CLIENT_SECRET; then
    # The portal reads as the leader, whose inbox the policy pack names by this login.
    made=$(docker compose exec -T registry \
        python -m services.registry client --role leader --client-id leader --name "门户 · portal")
    keep TALENT_PORTAL_CLIENT_ID "$(echo "$made" | sed -n 's/^client_id *//p')"
    keep TALENT_PORTAL_CLIENT_SECRET "$(echo "$made" | sed -n 's/^client_secret *//p')"
    docker compose up --detach portal
fi

cat <<'NEXT'

系统已启动 · Everything runs
  门户 portal     http://127.0.0.1:8000
  登记 registry   http://127.0.0.1:8001/livez
  接口文档和指标只在容器网络内 · documents and metrics within the network of the containers alone:
                  http://registry:8101/docs  http://quota:8102/metrics …

下一步 · Next
  1. 发放人社局首个凭据，密钥只显示一次 · make the bureau's first client; its secret is shown once
     docker compose exec registry python -m services.registry client --role bureau_officer --name "人社局经办"
  2. 应用政策包，先看后做 · put the policy into force, looking first
     export TALENT_CLIENT_ID=… TALENT_CLIENT_SECRET=…
     docker compose exec -e TALENT_CLIENT_ID -e TALENT_CLIENT_SECRET registry \
         talent policy apply deploy/policy/nanchang-2018-39.toml --dry-run
  3. 公开总览和通报，无需登录 · show overview and bulletins to everybody: TALENT_PUBLIC_PAGE=true 写入 in .env，再次 then again: make up
  4. 邮件服务器 · the mail server: TALENT_SMTP_HOST … 写入 in .env，再次 then again: make up
  5. 备份 .env 和密钥 · keep a copy of .env and of the keys; without the keys no personal value can be read again
     docker compose cp registry:/keys/registry . && docker compose cp registry:/keys/signing .
     事件签名密钥不必备份，遗失则重新生成 · keys of events need no copy: take the volumes *event-key* away, and make up draws new ones
NEXT
