# make run, make test, make check, make bench: see README.md.

PYTHON ?= python3
HTTP ?= 127.0.0.1:8080
MQTT ?=
SPEED ?= 60
DATA ?= .demo
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench format lock docs clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

.venv/run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "jiaohao needs Python 3.11 or newer: make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What planning and simulating need is compiled once, which takes a minute; a hall need not wait for it.
.venv/warm: .venv/run
	$(BIN)/jiaohao warm
	@touch $@

.venv/dev: requirements/dev.lock .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

run: .venv/run ## serve the demo hall (HTTP=host:port, MQTT=host:port, SPEED=60) until Ctrl-C
	@test -e .venv/warm || nice -n 19 $(MAKE) --silent .venv/warm >/dev/null 2>&1 & \
	exec $(BIN)/jiaohao demo hongtang --speed $(SPEED) --data $(DATA) --http $(HTTP) $(if $(MQTT),--mqtt $(MQTT))

test: .venv/dev .venv/warm ## install what the tests need and run them all
	@sh tests/prepare.sh
	$(BIN)/python -m pytest

check: .venv/dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev .venv/warm ## every benchmark, each beside its peer or the machine's floor
	$(BIN)/python -m benchmarks

format: .venv/dev ## make the code look as it should
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-options --extra build --extra sim

lock: .venv/dev ## renew the lock files from pyproject.toml
	$(COMPILE) --output-file requirements/run.lock pyproject.toml
	$(COMPILE) --extra voice --extra print --extra cluster --extra bench --extra dev --constraint requirements/run.lock \
		--output-file requirements/dev.lock pyproject.toml

docs: .venv/dev ## rewrite the pages of the reference that are drawn from the code
	$(BIN)/python -m tests.generated --write

clean: ## remove what was made here
	rm -rf .venv .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
