# Yuxin: the few commands. `make help` explains them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python
TESTS ?= tests
DATA ?= tests/engine/data

.PHONY: help install install-dev run test test-all test-nightly test-faults services stop-services lint bench shell messages lock

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-15s %s\n", $$1, $$2}'

install: ## Make .venv with what the product needs
	@PYTHON=$(PYTHON) bash .ci/install requirements.txt

install-dev: ## Add what tests and lint need
	@PYTHON=$(PYTHON) bash .ci/install requirements.txt requirements/dev.txt

run: install ## Serve Yuxin with its demonstration directory (PORT=8000)
	@exec $(PY) manage.py serve --port $(PORT)

test: install-dev ## Pass every test on SQLite + FTS5; says what it skipped
	@$(PY) -m pytest -n auto --dist loadgroup -rs $(TESTS)

test-all: install-dev services ## The same on PostgreSQL + Elasticsearch as well; fails where they are missing
	@eval "$$(bash .ci/services env)" && YUXIN_REQUIRE_SERVICES=1 YUXIN_FAULT_POINTS=$${YUXIN_FAULT_POINTS:-187} \
	  $(PY) -m pytest -n auto --dist loadgroup -rs $(TESTS)

test-nightly: install-dev ## The whole of what `make test` tries in turn: every role, field and list, generated requests by the thousand
	@$(PY) -m pytest -n auto --dist loadgroup -rs -m nightly $(TESTS)

test-faults: install-dev ## 1,000 fault points, 10,000 schedules, seven seeded defects, servers of its own killed
	@YUXIN_FAULT_POINTS=$${YUXIN_FAULT_POINTS:-1000} YUXIN_SCHEDULES=$${YUXIN_SCHEDULES:-10000} \
	  YUXIN_SERVER_FAULTS=$${YUXIN_SERVER_FAULTS:-100} YUXIN_ROOM_FAULTS=$${YUXIN_ROOM_FAULTS:-200} \
	  YUXIN_FAULT_SERVERS=1 $(PY) -m pytest -n auto --dist loadgroup -rs tests/faults

services: ## Start PostgreSQL and Elasticsearch on this machine (Docker, or Debian packages)
	@bash .ci/services start

stop-services: ## Stop them
	@bash .ci/services stop

lint: install-dev ## Style, types, the import street, templates, migrations, translations
	@.venv/bin/ruff check .
	@.venv/bin/mypy manage.py matchmaking directory alliances search
	@.venv/bin/lint-imports
	@.venv/bin/djlint templates --lint --quiet
	@.venv/bin/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) -m pytest -q tests/test_translations.py

# Half an hour on two quiet cores. `benchmarks.neighbours` needs `make services` and runs by itself.
BENCHMARKS ?= match_speed full_match one_change match_storage match_growth backends text_vectors two_stages encoding \
  artefact search_speed whole_night

bench: install-dev ## Measure quality (DATA=folder of sets) and speed, each figure beside its goal; exit 1 where one falls short
	@PYTHON=$(PYTHON) bash .ci/install requirements.txt requirements/dev.txt requirements/bench.txt
	@$(PY) -m benchmarks.match_quality $(DATA)
	@short=""; for name in $(BENCHMARKS); do echo "== $$name"; $(PY) -m benchmarks.$$name || short="$$short $$name"; done; \
	  [ -z "$$short" ] || { echo "short of a goal:$$short"; exit 1; }

shell: install ## A Django shell
	@$(PY) manage.py shell

messages: install-dev ## Collect the texts to translate (needs GNU gettext)
	@$(PY) manage.py makemessages -l zh_Hans --no-wrap --add-location file --ignore '.venv/*' --ignore 'var/*'

lock: ## Resolve requirements/*.in to hash-locked files (needs uv)
	@uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.11 --no-header requirements/base.in -o requirements.txt
	@for name in postgres redis onnx scale bench dev; do uv pip compile -q --no-strip-extras --universal --generate-hashes --python-version 3.11 --no-header requirements/$$name.in -o requirements/$$name.txt; done
	@uv pip compile -q --no-strip-extras --no-deps --universal --generate-hashes --python-version 3.11 --no-header requirements/encoder.in -o requirements/encoder.txt
