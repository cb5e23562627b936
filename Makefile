# Patrulja: `make help` says what there is.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run stop reset setup test lint format bench region lock messages schema

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1mmake %-10s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install, prepare and start everything on 127.0.0.1:8000 (PORT=… for another port)
	@scripts/run

stop: ## Stop what `make run` started, from elsewhere
	@scripts/stop

reset: ## Forget all data of the instance (asks first; YES=1 does not)
	@scripts/reset

setup: ## Only install what is missing
	@scripts/setup test

test: ## Install what is missing and run all tests, browser tests too (ARGS="-k call" for some)
	@scripts/test $(ARGS)

lint: ## Check style, types, imports, templates, migrations, settings, API schema, translations
	@scripts/lint

format: ## Format the code and fix what can be fixed by itself
	@scripts/setup test
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

bench: ## Measure, as JSON lines: news, requests, recommendation, import, report
	@scripts/bench $(ARGS)

region: ## Build the region pack: make region PBF=file.osm.pbf (without PBF: the invented town)
	@scripts/region "$(PBF)"

messages: ## Collect the texts to translate into locale/
	@scripts/messages

schema: ## Write the API's schema to docs/openapi.yaml
	@scripts/with-test-services python manage.py spectacular --validate --file docs/openapi.yaml

lock: ## Pin all packages anew, with hashes: requirements*.txt, package-lock.json
	@scripts/lock
