# Bare `make` lists what there is. Everything sets up what it needs first; set-up is told on standard error.

PYTHON ?= python3
VENV := .venv
SETTLED := $(VENV)/.installed
PYTEST_ARGS ?=
LOWEST := .venv-lowest
WORKFLOWS = $(abspath $(wildcard .github/workflows/*.yml examples/*/.github/workflows/*.yml))

# A shell in which python, pulumi and a local file backend just work, as `make env` gives it to a user.
IN_ENV = eval "$$($(VENV)/bin/python -m tools.env)" &&

.DEFAULT_GOAL := help
.PHONY: help install env demo test test-full test-lowest lint format docs bench clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

install: $(SETTLED) ## Set up .venv, the Pulumi CLI and its Python language host. Again: a matter of seconds.
	@$(VENV)/bin/python -m tools.pulumi.install >/dev/null
	@# Each run of a program imports the package in two new processes, which may not be allowed to write bytecode.
	@$(VENV)/bin/python -m compileall -q pulumi_exosphere

# Written last, so that an interrupted set-up is taken up again.
$(SETTLED): pyproject.toml
	@[ -x $(VENV)/bin/python ] || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed, %s is %s: make PYTHON=python3.12 ..." % (sys.executable, sys.version.split()[0]))'
	@echo 'Installing the package and its tools into $(VENV) (about a minute) ...' >&2
	@[ -x $(VENV)/bin/python ] || $(PYTHON) -m venv $(VENV)
	@# Pulumi asks pip what is installed at each run of a program; a new pip answers twice as fast as Python's own copy.
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip >&2
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' >&2
	@touch $@

env: ## Print `export` lines: eval "$(make -s env)" gives a shell where python and pulumi just work.
	@$(MAKE) --no-print-directory -s install >&2
	@$(VENV)/bin/python -m tools.env

demo: install ## Deploy a graph to an embedded state manager, change it, let it drift, heal it, destroy it.
	@$(IN_ENV) python -m tools.demo

# In two goes: the table of faults is printed by a run in one process.
test: install ## Run the tests.
	@$(IN_ENV) python -m pytest -n auto --dist worksteal --ignore tests/faults $(PYTEST_ARGS) && python -m pytest tests/faults $(PYTEST_ARGS)

test-full: install ## Run the tests that `make test` leaves out, too.
	@$(IN_ENV) python -m pytest -n auto --dist worksteal --ignore tests/faults -m '' $(PYTEST_ARGS) && python -m pytest tests/faults -m '' $(PYTEST_ARGS)

# A wheel each, as users get them: an old version may be unable to build on a new Python.
test-lowest: install ## Run the tests that need no CLI with the lowest version of each requirement, in .venv-lowest.
	@[ -x $(LOWEST)/bin/python ] || $(VENV)/bin/uv venv --quiet --python $(VENV)/bin/python $(LOWEST)
	@$(VENV)/bin/uv pip install --quiet --python $(LOWEST) --resolution lowest-direct --only-binary :all: \
		--no-binary pulumi-exosphere --editable '.[dev]'
	@$(LOWEST)/bin/python -m pytest -n auto --dist worksteal -m 'not slow and not full and not cli' $(PYTEST_ARGS)

lint: install ## Check style, types and workflows (needs Go).
	@$(IN_ENV) ruff check --quiet . && ruff format --check . && mypy . && pyright tests/typing examples
	@# Go keeps what it has built. Other tools that actionlint finds on PATH would make it answer differently elsewhere.
	@go -C tools/actionlint tool actionlint -shellcheck= -pyflakes= $(WORKFLOWS)

format: install ## Rewrite the code as `make lint` wants it.
	@$(IN_ENV) ruff format --quiet . && ruff check --quiet --fix . && ruff format --quiet .

docs: install ## Write docs/resources/ anew from the docstrings.
	@$(IN_ENV) python -m tools.docs

bench: install ## Measure what it costs, for docs/benchmarks.md. Takes an hour; BENCH_ARGS="--sizes 1,50 --runs 3" is shorter.
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' >&2
	@$(IN_ENV) python -m benchmarks $(BENCH_ARGS)

clean: ## Remove what the targets made here. Kept: stacks' state in .pulumi-local/state, and ~/.cache/pulumi-exosphere.
	@rm -rf $(VENV) $(LOWEST) .pulumi-local/home .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
