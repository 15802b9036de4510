# Hub Tracker: `make run` serves the site, `make test` tests it. `make help` lists the rest.

HOST ?= 127.0.0.1
PORT ?= 8000

UV     := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),.tools/bin/uv)
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard missions/locale/*/LC_MESSAGES/*.po hubtracker/locale/*/LC_MESSAGES/*.po))
# The manifest that collectstatic writes last; it does not depend on HUB_DATA_DIR.
STATIC := var/static/staticfiles.json
# One style and one script for the public pages. Our styles come after Bootstrap's layer, theme.css first.
ASSETS := missions/assets
STYLES := $(ASSETS)/theme.css $(filter-out %.min.css %/theme.css,$(sort $(wildcard $(ASSETS)/*.css)))
BUNDLES := missions/static/missions/site.css missions/static/missions/site.js

LIGHTHOUSE := .tools/lighthouse/node_modules/.bin/lighthouse
DATASETTE := .tools/datasette/bin/datasette

.PHONY: help install run test test-long check format size bench fuzz drill load lighthouse screenshots messages lock clean
.DELETE_ON_ERROR:
.NOTPARALLEL: # two installers must not work on one environment
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

# --- install ----------------------------------------------------------------------------------------------------------

# Debian's bare python3 has no pip, and an older Python may have one: so this tries several.
# --target works on an "externally managed" Python, where --user does not.
.tools/bin/uv:
	@echo "Fetching uv into .tools"; \
	for python in python3 python3.14 python3.13 python3.12 /usr/bin/python3; do \
	    "$$python" -m pip --version >/dev/null 2>&1 || continue; \
	    PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
	        "$$python" -m pip install --quiet --upgrade --target .tools --require-hashes -r requirements-uv.lock && exit 0; \
	done; \
	echo "Install uv, or pip for Python 3 (Debian, Ubuntu: apt-get install python3-pip), and run make again." >&2; exit 1

# An upgrade may remove the Python that the environment links to; remove the environment then.
$(shell [ -L $(PYTHON) ] && [ ! -e $(PYTHON) ] && rm -rf .venv)

$(PYTHON): | $(UV)
	@$(UV) python find --quiet --system '>=3.12' >/dev/null 2>&1 || { \
	    echo "Install Python 3.12 or newer beside what you have (Debian 13, Ubuntu 24.04: apt-get install python3)," \
	        "and run make again." >&2; exit 1; }
	@$(UV) venv --quiet --clear --no-project --python '>=3.12' .venv

# Keep installed development packages: their lock has the same versions and more. Compile bytecode now: with
# PYTHONDONTWRITEBYTECODE set, every start would compile everything again.
.venv/.runtime: requirements.lock $(PYTHON)
	@echo "Installing what the site needs"
	@if [ -e .venv/.dev ]; \
	    then $(UV) pip install --quiet --compile-bytecode --python $(PYTHON) --require-hashes -r requirements.lock; \
	    else $(UV) pip sync --quiet --compile-bytecode --python $(PYTHON) --require-hashes requirements.lock; fi
	@touch $@

.venv/.dev: requirements-dev.lock $(PYTHON)
	@echo "Installing what tests and checks need"
	@$(UV) pip sync --quiet --compile-bytecode --python $(PYTHON) --require-hashes requirements-dev.lock
	@touch .venv/.runtime $@

# Version 12: 13 needs a newer Node.js than Debian has.
$(LIGHTHOUSE):
	@npm --version >/dev/null 2>&1 || { \
	    echo "Install Node.js and npm (Debian, Ubuntu: apt-get install nodejs npm), and run make again." >&2; exit 1; }
	@echo "Fetching Lighthouse into .tools"
	@npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix .tools/lighthouse lighthouse@12

# A separate environment, because Datasette needs other versions of shared packages.
$(DATASETTE): $(PYTHON)
	@echo "Fetching Datasette into .tools"
	@$(UV) venv --quiet --clear --no-project --python $(PYTHON) .tools/datasette
	@$(UV) pip install --quiet --python .tools/datasette/bin/python datasette==0.65.5
	@touch $@

# --- build ------------------------------------------------------------------------------------------------

# Babel instead of msgfmt: a fresh machine has no gettext.
%.mo: %.po | .venv/.runtime
	@$(PYTHON) -m babel.messages.frontend --quiet compile --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $@))) \
	    --input-file $< --output-file $@

# The folder is a prerequisite, so that a removed file rebuilds the style.
missions/static/missions/site.css: $(ASSETS)/bootstrap.min.css $(STYLES) $(ASSETS) missions/status.py | .venv/.runtime
	@{ echo '@layer bootstrap {'; cat $<; echo '}'; $(PYTHON) -m missions.status; cat $(STYLES); } > $@

missions/static/missions/site.js: $(ASSETS)/htmx.min.js $(ASSETS)/site.js
	@cat $^ > $@

# Folders are prerequisites, so that a removed file collects again.
$(STATIC): $(BUNDLES) $(shell find missions/static 2>/dev/null) hubtracker/settings.py requirements.lock | .venv/.runtime
	@echo "Collecting static files"
	@$(MANAGE) collectstatic --noinput --clear --verbosity 0

# --- use --------------------------------------------------------------------------------------------------------------

install: .venv/.runtime $(CATALOGUES) $(STATIC) ## install and build everything, without serving

run: export HUB_SITE_URL ?= http://$(patsubst 0.0.0.0,127.0.0.1,$(HOST)):$(PORT)
run: .venv/.runtime $(CATALOGUES) $(STATIC) ## serve the site (HOST=127.0.0.1 PORT=8000)
	@$(MANAGE) setup_site
	@echo "Serving $$HUB_SITE_URL/ (ctrl-C stops it)"
	@[ "$(HOST) $(origin HUB_SITE_URL)" != "0.0.0.0 file" ] || echo "To open it from other machines, allow the name or address that they use:" \
	    "HUB_ALLOWED_HOSTS=$$(uname -n) HOST=$(HOST) make run"
	@exec $(PYTHON) -m gunicorn hubtracker.wsgi --bind $(HOST):$(PORT) \
	    --workers 2 --threads 4 --worker-class gthread --max-requests 50000 --max-requests-jitter 5000 \
	    --limit-request-line 8190 --log-level warning --no-control-socket

# In the order of the folders: ordered by number of tests, files with a few slow ones come last.
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
POSTGRES := $(PYTHON) -m tests.postgres

test: .venv/.dev $(CATALOGUES) $(STATIC) ## run the tests (HUB_REQUIRE=browser,postgres,office,nginx,systemd,prometheus: a skip is a failure)
	@$(PYTEST) -m "not long" --cov $(ARGS)
	@$(POSTGRES) $(PYTEST) -m "both_databases and not long" $(ARGS)

test-long: .venv/.dev $(CATALOGUES) $(STATIC) ## run the slow tests: LibreOffice, nginx, drills, fuzzing, broken copies of the code
	@$(PYTEST) -m long $(ARGS)
	@$(POSTGRES) $(PYTEST) -m "both_databases and long" $(ARGS)
	@$(PYTHON) -m tests.mutations

CHECKS := check-style check-templates check-types check-security check-imports check-settings check-structure check-words
.PHONY: $(CHECKS)
$(CHECKS): .venv/.dev

check: $(CHECKS) ## run all checks but the tests (make -k check: go on after the first finding)

check-style:
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --quiet --check

check-templates:
	@find templates -name '*.html' -exec .venv/bin/djade --check {} +

check-types:
	@.venv/bin/mypy --no-error-summary

# With low confidence, bandit reports all SQL that is built from constants.
check-security:
	@.venv/bin/bandit --quiet --confidence-level medium --configfile pyproject.toml --recursive hubtracker missions

check-imports:
	@report=$$(.venv/bin/lint-imports --no-logo) || { echo "$$report"; exit 1; }

# The deployment check runs with no variable set, as https is then the default.
check-settings: $(CATALOGUES)
	@$(MANAGE) check
	@env -i PATH="$$PATH" $(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) makemigrations --check --dry-run

check-structure: $(CATALOGUES) $(STATIC)
	@$(PYTHON) -m pytest --quiet tests/structure

check-words:
	@$(PYTHON) -m tests.plain_words

format: .venv/.dev ## format Python and templates
	@.venv/bin/ruff check --quiet --fix
	@.venv/bin/ruff format --quiet
	@find templates -name '*.html' -exec .venv/bin/djade {} +

size: .venv/.dev ## measure the code: lines, lengths, docstrings, places that name a status, banned names
	@$(PYTHON) -m tests.size

ROWS ?= 100000

bench: .venv/.dev $(CATALOGUES) $(STATIC) $(DATASETTE) ## compare the speed with other sites, half an hour (ROWS=1000000: more)
	@$(PYTHON) -m tests.bench --rows $(ROWS) $(ARGS)

fuzz: .venv/.dev $(CATALOGUES) $(STATIC) ## send 20,000 random requests to all URLs and 20,000 to the API (SEED=… repeats a run)
	@$(PYTHON) -m tests.fuzz

drill: .venv/.dev $(CATALOGUES) $(STATIC) ## kill, fill the disk, take the database away: 50 times on each database, half an hour
	@$(PYTHON) -m tests.drill kills-sqlite kills-postgresql disk away $(ARGS)

load: .venv/.dev $(CATALOGUES) $(STATIC) ## 50 readers and 10 writers for 10 minutes on each database (ARGS=--minutes=1: less)
	@$(PYTHON) -m tests.drill load-sqlite load-postgresql $(ARGS)

lighthouse: .venv/.dev $(CATALOGUES) $(STATIC) $(LIGHTHOUSE) ## measure the main pages with Lighthouse (needs Node.js and Chromium)
	@$(PYTHON) -m tests.lighthouse

screenshots: .venv/.dev $(CATALOGUES) $(STATIC) ## take the pictures in docs/screenshots (needs Chromium)
	@$(PYTHON) -m tests.screenshots

messages: .venv/.dev ## bring the translation catalogues up to date with the sources
	@$(PYTHON) -m tests.messages

LOCK := pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header

lock: | $(UV) ## resolve pyproject.toml, and uv, into the lock files (ARGS=--upgrade: to the newest versions)
	@$(UV) $(LOCK) $(ARGS) -o requirements.lock pyproject.toml
	@$(UV) $(LOCK) $(ARGS) --group dev --constraint requirements.lock -o requirements-dev.lock pyproject.toml
	@echo uv | $(UV) $(LOCK) $(ARGS) --no-annotate -o requirements-uv.lock -

clean: ## remove everything that make built; var/, the site's data, stays
	@rm -rf .venv .tools .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
	    var/static $(CATALOGUES) $(BUNDLES)
	@find hubtracker missions tests -name __pycache__ -prune -exec rm -rf {} +
