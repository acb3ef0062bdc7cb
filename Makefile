# What can be done here; `make` alone lists it. Needs Python 3.11 or newer and make; everything else is fetched.

.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export EGENMAKT_HOME ?= $(CURDIR)/var

.PHONY: help demo test test-scale check bench lock translations pictures nightly

help: ## say what can be done
	@echo "Egenmakt: savings groups, from the cash box to the published report."
	@echo
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r name words; do printf '  make %-14s %s\n' "$$name" "$$words"; done

$(VENV)/site: requirements.lock scripts/install
	@PYTHON="$(PYTHON)" scripts/install requirements.lock

$(VENV)/dev: requirements-dev.lock scripts/install
	@PYTHON="$(PYTHON)" scripts/install requirements-dev.lock

demo: $(VENV)/site ## try it: example data, the address, and links to sign in by one click
	@$(BIN)/python -m egenmakt.project.translations compile
	@export EGENMAKT_DEMO=1 EGENMAKT_HOME="$(CURDIR)/var/demo"; unset DATABASE_URL; \
	  $(BIN)/egenmakt migrate && $(BIN)/egenmakt demo --no-links && exec $(BIN)/egenmakt serve $(if $(PORT),--port $(PORT))

test: $(VENV)/dev ## run all tests, on SQLite and on PostgreSQL; ARGS="tests/apps -k trail" for some
	@$(BIN)/python -m egenmakt.project.translations compile
	@$(BIN)/python -m tests.run $(ARGS)

.venv-scale/done: scripts/install-scale requirements.lock
	@PYTHON="$(PYTHON)" scripts/install-scale

test-scale: .venv-scale/done ## the same figures on DuckDB and on a Spark cluster of two workers; needs Java 17
	@PYTHONPATH="$(CURDIR)/src:$(CURDIR)" PYSPARK_PYTHON="$(CURDIR)/.venv-scale/bin/python" \
	  .venv-scale/bin/python -m pytest -q -c /dev/null --rootdir "$(CURDIR)" --noconftest -p no:cacheprovider tests/scale/equal_on_spark.py

check: $(VENV)/dev ## everything that must be right before a change is sent: form, types, imports, translations, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m egenmakt.project.translations check
	$(MAKE) test

bench: $(VENV)/dev ## measure, side by side with what one would use instead
	@for file in benchmarks/*.py; do echo "$$file"; $(BIN)/python "$$file" || exit 1; done

lock: ## resolve the packages anew and write both locks (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --upgrade -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header --upgrade -o requirements-dev.lock

translations: $(VENV)/dev ## collect the texts of code and pages into the .po files, and compile them
	@$(BIN)/python -m egenmakt.project.translations update
	@$(BIN)/python -m egenmakt.project.translations check

pictures: $(VENV)/dev ## take the pictures of the documentation, in a browser
	@$(BIN)/python docs/pictures.py

nightly: $(VENV)/dev ## the long runs as well
	@$(BIN)/python -m tests.run
	@$(BIN)/python -m tests.run -m nightly tests
