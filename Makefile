# Two commands: `make run` and `make test`. Both prepare .venv first.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SECONDS_OF_SOAK ?= 600

.DEFAULT_GOAL := help
SCREENSHOTS ?= screenshots
.PHONY: help setup docs run test quick mutants lint screenshots bench soak lock lock-web clean

help:
	@echo "make run    check, build and serve the site on http://localhost:$(PORT)/   (PORT=… for another port)"
	@echo "make test   run the whole test suite"
	@echo "make quick  the tests that start no process, in less than a minute: after each edit"
	@echo "make mutants   how much of wrong code the tests notice, by a sample"
	@echo "make lint   style, types and layers"
	@echo "make docs   the documentation as a site, in the folder documentation/"
	@echo "make bench  speed, as ratios"
	@echo "make screenshots   a picture of each kind of page, in the folder screenshots/"

setup: .venv/ready web/node_modules/ready

.venv/ready: requirements.txt requirements-icu.txt pyproject.toml
	@echo "Preparing .venv …"
	@$(PYTHON) -c 'import sys; sys.exit("ecoop-ld needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@if pkg-config --exists icu-i18n 2>/dev/null; then \
	  echo "Preparing sorting by ICU …"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-icu.txt \
	  || { echo "Lists are sorted without ICU: PyICU could not be compiled."; [ "$$CI" != true ]; }; \
	else \
	  echo "Lists are sorted without ICU: its headers are not here (libicu-dev and pkg-config on Debian)."; [ "$$CI" != true ]; \
	fi
	@touch $@

# The query page's editor and engine. Without Node 20 the page is a plain form, and everything else is as it is.
web/node_modules/ready: web/package-lock.json web/vendor.mjs
	@if command -v npm >/dev/null; then \
	  echo "Preparing the query page …"; \
	  (cd web && npm ci --silent --ignore-scripts --omit=dev && node vendor.mjs && touch node_modules/ready) \
	  || { echo "The query page stays a plain form: npm could not install its parts."; [ "$$CI" != true ]; }; \
	else \
	  echo "The query page stays a plain form: there is no npm here (Node 20 or newer has it)."; [ "$$CI" != true ]; \
	fi

# Programs of others that read what is published: the tests run them, and nothing else needs them.
.venv-readers/ready: requirements-readers.txt
	@echo "Preparing the programs of others that the tests run …"
	@$(PYTHON) -m venv .venv-readers
	@.venv-readers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-readers.txt
	@touch $@

web/node_modules/ready-for-tests: web/node_modules/ready
	@(cd web && npm ci --silent --ignore-scripts && touch node_modules/ready node_modules/ready-for-tests) \
	|| { echo "Tests that need parts for Node are skipped: npm could not install them."; [ "$$CI" != true ]; }

# The documentation as a site: a folder for any web server.
.venv-docs/ready: requirements-docs.txt
	@echo "Preparing what makes the documentation a site …"
	@$(PYTHON) -m venv .venv-docs
	@.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.txt
	@touch $@

docs: .venv-docs/ready
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --quiet
	@echo "documentation/index.html"

run: setup
	@$(BIN)/ecoop-ld serve --port $(PORT)

# A file of tests stays in one process: what it shares (a server, a build, a browser) is made once. The order is that of
# tests/conftest.py, long files first, and not by how many tests a file has.
PROCESSES ?= 2
PYTEST := $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

test: setup web/node_modules/ready-for-tests .venv-readers/ready .venv-docs/ready
	@$(PYTEST)

quick: setup
	@$(PYTEST) -m "not processes and not slow"

# SAMPLE=0 tries them all; PLACES=server, PLACES=ecoop_ld/server/http.py or …/http.py:127 tries those.
SAMPLE ?= 40
mutants: setup
	@$(BIN)/python tests/mutants.py --sample $(SAMPLE) --processes $(PROCESSES) $(PLACES)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

screenshots: setup
	@$(BIN)/python tests/screenshots.py $(SCREENSHOTS)

soak: setup
	@$(BIN)/python -m benchmarks.soak $(SECONDS_OF_SOAK)

bench: setup
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.endpoint
	@$(BIN)/python -m benchmarks.dumps
	@$(BIN)/python -m benchmarks.site

lock: lock-web
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --extra search --extra dev -o requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements-readers.txt requirements-readers.in
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header -o requirements-docs.txt requirements-docs.in

lock-web:
	cd web && npm install --silent --package-lock-only --ignore-scripts
	cd web && node -e 'const fs = require("fs"); const lock = JSON.parse(fs.readFileSync("package-lock.json")); for (const row of Object.values(lock.packages)) delete row.funding; fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n")'

clean:
	rm -rf .venv .venv-readers .venv-docs documentation public .ecoop-ld web/node_modules ecoop_ld/site/vendor
