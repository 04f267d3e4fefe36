# 人才计划登记系统 · Talent programme registry. Every target installs what it needs by itself.

PYTHON ?= python3
DEMO ?= 1
VENV := .venv
BIN := $(VENV)/bin
SITE := $(VENV)/docs
SERVICES := registry quota notify

.DEFAULT_GOAL := help
.PHONY: help run test check faults conforming fuzz mutants bench guard demo up down kafka docs pictures lock sbom release migration clean

help: ## 列出全部目标 · list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本 · Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q services shared
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.runtime ## 启动全部服务并装入演示年（DEMO=0 不装入）· start everything, with the demo year unless DEMO=0
	@TALENT_ENVIRONMENT=$${TALENT_ENVIRONMENT:-demo} TALENT_DEMO=$${TALENT_DEMO:-$(DEMO)} exec $(BIN)/talent up

demo: $(VENV)/.runtime ## 向正在运行的服务装入演示年 · load the demo year into running services
	@TALENT_ENVIRONMENT=demo $(BIN)/talent demo

test: $(VENV)/.dev ## 运行全部测试（REQUIRE=all 时不得跳过）· run every test this machine can run
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.dev ## 格式、类型、分层、迁移 · style, types, layers, migrations
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff --quiet .; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@for service in $(SERVICES); do $(BIN)/python -m shared.migrations check $$service || exit 1; done

faults: $(VENV)/.dev ## 长时间故障演练，20 个种子（重现第 7 个：FAULT_SEED=7 FAULT_SEEDS=1）· the long fault run, 20 seeds, or one of them again
	@FAULT_SEEDS=$${FAULT_SEEDS:-20} FAULT_ASKING=1000 $(BIN)/python -m pytest -q -s tests/faults/test_rig.py tests/faults/test_seats.py
	@FAULT_IMPORT_KILLS=20 FAULT_IMPORT_ROWS=50000 $(BIN)/python -m pytest -q tests/registry/imports/test_killed.py
	@TALENT_TEST_SENDER_SEEDS=$${FAULT_SEEDS:-20} $(BIN)/python -m pytest -q tests/notify/test_kill_of_the_sender.py
	@TALENT_TEST_STREAMS=1000 $(BIN)/python -m pytest -q tests/notify/test_stream.py -k many_readers

conforming: $(VENV)/.dev ## 按接口文档逐一试问，约十分钟 · ask every operation by the OpenAPI documents, for ten minutes or so
	@CONFORMING_EXAMPLES=$${CONFORMING_EXAMPLES:-40} $(BIN)/python -m pytest -q tests/registry/test_inputs.py tests/quota/test_inputs.py tests/notify/test_inputs.py -k every_answer

fuzz: $(VENV)/.dev ## 十分钟喂给每个解析器、十分钟问每个接口 · ten minutes of texts for the parsers, ten of requests for the routes
	@FUZZING=$${FUZZING:-20000} $(BIN)/python -m pytest -q tests/shared/test_parsers.py
	@CONFORMING_EXAMPLES=$${CONFORMING_EXAMPLES:-40} $(BIN)/python -m pytest -q tests/registry/test_inputs.py tests/quota/test_inputs.py tests/notify/test_inputs.py -k every_answer

pictures: $(VENV)/.dev ## 重新拍摄指南中的图片，由浏览器测试完成 · take the pictures of the guides anew, by the browser tests
	@TALENT_TEST_PICTURES=docs/guides/pictures $(BIN)/python -m pytest -q tests/browser/test_pictures.py

mutants: $(VENV)/.dev ## 植入错误，测试必须变红 · plant bugs, the tests must turn red
	@$(BIN)/python -m tests.mutants

bench: $(VENV)/.dev ## 性能基准，与参照交替测量，约二十分钟（bench/README.md）· benchmarks beside their references
	@$(BIN)/python -m tests.bench

guard: $(VENV)/.dev ## 代价与记录相比，不到一分钟 · costs beside those recorded, at every commit
	@$(BIN)/python -m tests.bench.guard

up: ## 用容器启动整套系统（PostgreSQL、Kafka）· start everything in containers
	@deploy/compose/up.sh

down: ## 停止容器（数据保留）· stop the containers, keep the data
	@docker compose down

kafka: $(VENV)/.dev ## 启动一个供开发用的 Apache Kafka · an Apache Kafka for developers, until Ctrl-C
	@exec $(BIN)/python -m tests.servers.kafka

$(SITE)/.installed: requirements-docs.lock
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

docs: $(SITE)/.installed ## 生成文档网页，失效的链接即为错误 · the documents as a site in site/, whose broken links are mistakes
	@rm -rf site
	@$(SITE)/bin/sphinx-build --quiet --fail-on-warning --keep-going --doctree-dir $(SITE)/doctrees -c docs . site
	@! grep -rlE '<(script|link|img|iframe)[^>]* (src|href)="(https?:)?//' --include='*.html' site # works without a network
	@echo "site/index.html"

lock: ## 重新锁定依赖 · lock the dependencies anew
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --extra build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group docs -o requirements-docs.lock

sbom: ## 部件清单（CycloneDX）和第三方声明 · the bill of materials and the notices, after `make lock`
	rm -rf .sbom
	$(PYTHON) -m venv .sbom/runtime
	.sbom/runtime/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	.sbom/runtime/bin/python -m pip uninstall --quiet --yes pip
	$(PYTHON) -m venv .sbom/tool
	.sbom/tool/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0
	.sbom/tool/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml --mc-type application --of JSON -o .sbom/bill.json .sbom/runtime/bin/python
	$(PYTHON) -m shared.notices .sbom/bill.json
	rm -rf .sbom

release: $(VENV)/.dev ## 发布：make release VERSION=0.2.0；缺什么就写明什么 · tag a release; says what is missing (docs/releasing.md)
	@$(BIN)/python -m tests.releases.ready $(VERSION) >/dev/null
	@$(MAKE) --no-print-directory sbom
	@git diff --exit-code --stat -- deploy/sbom.cdx.json THIRD-PARTY.md
	docker build --file deploy/Dockerfile --tag talent-registry:$(VERSION) .
	@$(BIN)/python -m tests.releases.ready $(VERSION) | git tag --annotate --cleanup=verbatim --file - v$(VERSION)
	@echo "git push --follow-tags"

migration: $(VENV)/.dev ## 起草迁移 · draft a migration: make migration SERVICE=quota MESSAGE="…"
	@$(BIN)/python -m shared.migrations draft $(SERVICE) "$(MESSAGE)"

clean: ## 删除虚拟环境和缓存（数据保留）· remove the environment and caches, keep the data
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
