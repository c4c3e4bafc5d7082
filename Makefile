# Two commands: `make run` and `make test`. Both prepare .venv first.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench lock clean

help:
	@echo "make run    check, build and serve the site on http://localhost:$(PORT)/   (PORT=… for another port)"
	@echo "make test   run the whole test suite"
	@echo "make lint   style, types and layers"
	@echo "make bench  speed, as ratios"

setup: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	@echo "Preparing .venv …"
	@$(PYTHON) -c 'import sys; sys.exit("ecoop-ld needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup
	@$(BIN)/ecoop-ld serve --port $(PORT)

test: setup
	@$(BIN)/python -m pytest

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m benchmarks

lock:
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-header --extra dev -o requirements.txt pyproject.toml

clean:
	rm -rf .venv public .ecoop-ld
