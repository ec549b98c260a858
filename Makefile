# Two commands for a newcomer: `make demo` and `make test`. Everything lives in $(VENV); nothing is installed elsewhere.
# Needed beforehand: Python 3.11+ with venv and its headers, and a C compiler (durable-rules comes as source).

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
DEMO ?=
SERVE ?=
PYTEST ?=

bin := $(VENV)/bin
runtime := $(VENV)/.runtime-installed
dev := $(VENV)/.dev-installed
pip := $(bin)/python -m pip --disable-pip-version-check --quiet
lock := $(bin)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-engine bench-history check format schema lock clean

help:  ## say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(runtime)  ## set up and run the demo on SQLite (DEMO="--projects 20000" for a larger one)
	$(bin)/fundwatch demo $(DEMO)

serve: $(runtime)  ## serve the database named by FUNDWATCH_DATABASE_URL
	$(bin)/fundwatch serve $(SERVE)

test: $(dev)  ## set up and run every test, on SQLite and on a PostgreSQL of the tests' own (PYTEST="-k name" to choose)
	$(bin)/python -m pytest -n $(JOBS) $(PYTEST)

test-engine: $(dev)  ## the law's tests with freed memory overwritten, so that a use after free shows
	MALLOC_PERTURB_=165 $(bin)/python -m pytest -n $(JOBS) tests/rules $(PYTEST)

bench-history: $(dev)  ## measure what history costs on both databases (minutes); rewrites bench/results/history.json
	$(bin)/python -m bench.history

check: $(dev)  ## format, lint, types, layers and the freshness of generated files
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/fundwatch schema | diff -u schema/schema.graphql -
	$(bin)/fundwatch rules --markdown | diff -u docs/rules.md -
	$(bin)/fundwatch workflows --markdown | diff -u docs/workflows.md -

format: $(dev)  ## rewrite the sources in the house's format
	$(bin)/ruff format .
	$(bin)/ruff check --fix .

schema: $(dev)  ## write the generated files again: the schema and the documents made from the catalogue
	$(bin)/fundwatch schema > schema/schema.graphql
	$(bin)/fundwatch rules --markdown > docs/rules.md
	$(bin)/fundwatch workflows --markdown > docs/workflows.md

lock: $(dev)  ## choose versions again and pin them with their hashes
	$(lock) pyproject.toml --upgrade -o requirements.lock
	$(lock) pyproject.toml --upgrade --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove the environment, the caches and what was built
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Fundwatch needs Python 3.11 or newer; '$(PYTHON)' is missing or older." >&2; \
		echo "Install one and name it: make PYTHON=python3.11 …" >&2; exit 1; }
	@command -v $${CC:-cc} >/dev/null || { \
		echo "Fundwatch needs a C compiler to build durable-rules; '$${CC:-cc}' was not found." >&2; \
		echo "Install one (Debian, Ubuntu: apt install build-essential) or set CC." >&2; exit 1; }
	@$(PYTHON) -c 'import pathlib, sys, sysconfig; h = pathlib.Path(sysconfig.get_path("include"), "Python.h"); sys.exit(not h.exists())' || { \
		echo "Fundwatch needs Python's C headers; '$(PYTHON)' has no Python.h." >&2; \
		echo "Install them (Debian, Ubuntu: apt install python3-dev)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python's venv module could not make $(VENV) (Debian, Ubuntu: apt install python3-venv)." >&2; \
		rm -rf $(VENV); exit 1; }

$(runtime): requirements.lock pyproject.toml | $(bin)/python
	$(pip) install --require-hashes -r requirements.lock
	$(pip) install --no-deps --editable .
	@touch $@

$(dev): requirements-dev.lock $(runtime)
	$(pip) install --require-hashes -r requirements-dev.lock
	@touch $@
