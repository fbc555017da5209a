# Every target may be run again at any time; what is current is left alone.
# Names of targets and prerequisites are relative, so the checkout may lie in any path.

PYTHON ?= python3
BIN := .venv/bin

# A virtual environment knows its own path: one that was moved or copied is made anew.
MOVED := $(shell [ "$$(cat .venv/ready 2>/dev/null)" = "$$(pwd)" ] || rm -f .venv/ready)
SOURCES := $(shell find provider tenant -name '*.py')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
export SOURCE
.PHONY: help build dev demo test testacc lint stubs schema docs bench fuzz soak-framework mutants clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

build: .venv/ready .build/stubs .build/schema .build/bytecode .build/mirror ## Make .venv and the filesystem mirror (SOURCE=host/namespace/type: under that address too)
	@$(if $(SOURCE),$(BIN)/python tools/mirror.py --source "$$SOURCE",:)

dev: build ## Write .build/dev.rc, which has Terraform use this checkout, and say how to use it
	@echo 'In the terminal where you run Terraform, then without terraform init:'
	@echo
	@echo "  export TF_CLI_CONFIG_FILE='$$(pwd)/.build/dev.rc'"

demo: build ## Sign Terraform in to a simulated tenant with a fresh client certificate
	@TERRAFORM="$$($(PYTHON) tools/terraform.py)" && export TERRAFORM && $(BIN)/python tools/demo.py

test: lint build ## Check and test everything
	@TERRAFORM="$$($(PYTHON) tools/terraform.py)" && export TERRAFORM && $(BIN)/python -m pytest -n auto

testacc: build ## Run the acceptance tests against the real tenant that the M365_* variables name
	@TERRAFORM="$$($(PYTHON) tools/terraform.py)" && export TERRAFORM && TF_ACC=1 $(BIN)/python -m pytest tests/acceptance

# What is generated is checked before anything makes it anew.
lint: .venv/ready ## Check form, types and generated files
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@for system in win32 darwin; do $(BIN)/mypy --no-error-summary --platform $$system -m provider.plugin.platform || exit 1; done
	@$(BIN)/python tools/stubs.py --check
	@$(BIN)/python tools/schema.py --check
	@$(BIN)/python tools/docs.py --check

stubs: .venv/ready ## Make the gRPC stubs from proto/
	@$(BIN)/python tools/stubs.py

schema: .venv/ready ## Compile the schemas from the declarations
	@$(BIN)/python tools/schema.py

docs: .venv/ready ## Write the generated pages of docs/
	@$(BIN)/python tools/docs.py

bench: build ## Measure, print a table and write .build/bench.json
	@TERRAFORM="$$($(PYTHON) tools/terraform.py)" && export TERRAFORM && $(BIN)/python -m tools.bench

# Its wheel is large, and nothing else needs it.
fuzz: build ## Look for bytes that make the decoders fail (SECONDS=60 for each target)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt atheris
	@$(BIN)/python tools/fuzz.py --seconds $(or $(SECONDS),60)

soak-framework: build ## Have resources of random schemas live through plan, apply and read (LIVES=20000)
	@$(BIN)/python -m tests.cycle --lives $(or $(LIVES),20000)

mutants: build ## Break the framework on purpose, and see that the tests find each break
	@$(BIN)/python -m tests.cycle.mutants

clean: ## Remove everything that was made
	@rm -rf .build .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The editable install's path is made relative: Python reads such files in the encoding of the user's locale.
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or later is needed, this is %s. Name one: make PYTHON=python3.12" % sys.version.split()[0])'
	@echo 'Making the virtual environment .venv ...'
	@$(PYTHON) -m venv --clear .venv || { echo 'The module venv is needed; Debian and Ubuntu have it in the package python3-venv.' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt hatchling
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-build-isolation --editable '.[tenant,dev]'
	@echo ../../../.. > "$$(ls .venv/lib/python*/site-packages/_terraform_provider_microsoft365.pth)"
	@pwd > $@

.build/stubs: .venv/ready tools/stubs.py $(wildcard proto/*.proto)
	@$(BIN)/python tools/stubs.py
	@mkdir -p .build && touch $@

.build/schema: .venv/ready .build/stubs tools/schema.py $(SOURCES)
	@$(BIN)/python tools/schema.py
	@mkdir -p .build && touch $@

# Terraform starts many short-lived processes: none of them should have to compile.
.build/bytecode: .venv/ready $(SOURCES)
	@$(BIN)/python -m compileall -q provider tenant
	@mkdir -p .build && touch $@

.build/mirror: .venv/ready tools/mirror.py provider/__init__.py provider/cli/__init__.py
	@$(BIN)/python tools/mirror.py
	@touch $@
