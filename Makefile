# The two commands of the README are `make demo` and `make test`.
# PYTHON=python3.12 make demo  uses another interpreter.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
INSTALL = $(PIP) install --quiet --require-hashes
# Fetches nothing: the build backend is among the pinned packages.
INSTALL_SELF = $(PIP) install --quiet --no-deps --no-build-isolation --editable .

.PHONY: help demo app extras test lint types imports pytest oldest format bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.core ## load and price the demo company's logs, and show the report
	@$(BIN)/ratecard demo

app: $(VENV)/.core ## open the dashboard
	@$(BIN)/ratecard app

extras: $(VENV)/.extras ## add what reads s3://, gs://, az://, https:// and postgresql://

test: lint types imports pytest ## lint, types, import contracts, and every test

lint: $(VENV)/.dev ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy
	@$(BIN)/mypy

imports: $(VENV)/.dev ## who may import whom
	@$(BIN)/lint-imports

pytest: $(VENV)/.dev ## the whole suite, on every core
	@$(BIN)/pytest -n auto

oldest: ## the suite on the oldest dependencies allowed, in .venv-oldest
	@$(MAKE) VENV=.venv-oldest .venv-oldest/.oldest
	@.venv-oldest/bin/pytest -n auto

format: $(VENV)/.dev ## rewrite the code as lint wants it
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(VENV)/.bench ## measure; options: make bench ARGS="--events 100_000_000"
	@$(BIN)/python -m benchmarks $(ARGS)

lock: ## resolve the dependencies again (needs uv)
	@.ci/lock --upgrade

clean: ## remove the environment and every cache
	rm -rf $(VENV) .venv-oldest build dist bench-data .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ratecard needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: constraints.txt pyproject.toml | $(BIN)/pip
	@echo "Installing pinned packages into $(VENV) (once) ..." >&2
	@$(INSTALL) -r constraints.txt && $(INSTALL_SELF) && touch $@

$(VENV)/.extras: constraints-extras.txt $(VENV)/.core
	@echo "Installing packages for object stores and PostgreSQL (once) ..." >&2
	@$(INSTALL) -r constraints-extras.txt && touch $@

$(VENV)/.dev: constraints-dev.txt $(VENV)/.core
	@echo "Installing test and lint packages (once) ..." >&2
	@$(INSTALL) -r constraints-dev.txt && touch $@

$(VENV)/.bench: constraints-bench.txt $(VENV)/.core
	@echo "Installing the peers (once) ..." >&2
	@$(INSTALL) -r constraints-bench.txt && touch $@

$(VENV)/.oldest: constraints-oldest.txt pyproject.toml | $(BIN)/pip
	@$(INSTALL) -r constraints-oldest.txt && $(INSTALL_SELF) && touch $@
