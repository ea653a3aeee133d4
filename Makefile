# The commands of Mainstay. They need Python >= 3.11 and make; everything else they install here.

PYTHON ?= python3
# Words after the commands below, for example: make test ARGS="tests/apps/events -x"
ARGS ?=
# LOGS=1 shows the processes' logs in the terminal too.
LOGS ?=
VENV := .venv/bin/python

export DEVSTACK_STARTED_AT := $(shell date +%s)
# Without cached bytecode each of the stack's processes would compile every package again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-system lint format journey bench lock docs screenshots clean runtime dev

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: runtime ## Start the whole stack here (LOGS=1 shows its logs); Ctrl-C stops it
	@$(VENV) -m devstack.run $(if $(LOGS),--logs)

test: dev ## Run the tests on real PostgreSQL and Redis (ARGS="-k name" goes to pytest)
	@$(VENV) -m pytest -n auto --dist worksteal $(ARGS)

test-system: dev ## Install what they need and run the tests of the whole system
	@$(VENV) -m devstack.system $(ARGS)

lint: dev ## Check style, types, floors, migrations and generated files
	@$(VENV) -m devstack.lint

format: dev ## Mend what can be mended by itself
	@$(VENV) -m ruff check --fix --quiet .
	@$(VENV) -m ruff format .

journey: runtime ## Watch two phones and a partner use the running stack
	@$(VENV) -m devstack.journey $(ARGS)

bench: runtime ## Measure Mainstay beside its peers (ARGS=--quick); writes docs/reference/performance.md
	@$(VENV) -m bench.run $(ARGS)

lock: dev ## Compile the pinned requirements (ARGS=--upgrade for newer versions)
	@$(VENV) -m devstack.lock $(ARGS)

docs: dev ## Write the generated pages of docs/
	@$(VENV) -m devstack.manage docs $(ARGS)

screenshots: dev ## Take the pictures of docs/images/ anew, in chromium
	@$(VENV) -m devstack.screenshots

clean: ## Remove everything the commands made, the stack's data included
	@$(PYTHON) -m devstack.clean

runtime dev:
	@$(PYTHON) -m devstack.python_version
	@$(PYTHON) -m devstack.bootstrap $@
