# 备份和恢复 · Backup and restore: the server's own image has pg_dump and psql of its version, to which this product is added.
FROM postgres:17.7-bookworm
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/talent
ENV PATH=/opt/talent/bin:$PATH
WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md ./
COPY shared shared
COPY services services
RUN pip install --no-deps --no-build-isolation --editable .
COPY deploy deploy
RUN chmod -R a+rX /app # as in deploy/Dockerfile
USER 10001:10001
ENTRYPOINT ["talent"]
