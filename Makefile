# Plain `make` lists the targets. Each target sets up what it needs first; set-up messages go to standard error.

PYTHON ?= python3
VENV := .venv
# Without bytecode each worker of a run would compile all tests again.
unexport PYTHONDONTWRITEBYTECODE
SETTLED := $(VENV)/.installed
PYTEST_ARGS ?=
# More than a machine has cores: most tests wait, for a process or a validation, more than they compute.
WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
# Those that run no CLI wait for validations, and start no processes that compete.
CHECK_WORKERS ?= $(shell expr 5 \* $$(getconf _NPROCESSORS_ONLN))
LOWEST := .venv-lowest
GITLAB = $(wildcard examples/*/.gitlab-ci.yml)
WORKFLOWS = $(abspath $(wildcard .github/workflows/*.yml examples/*/.github/workflows/*.yml))

# A shell in which python, pulumi and a local file backend just work, the same as `make env` prints for users.
IN_ENV = eval "$$($(VENV)/bin/python -m tools.env)" &&

.DEFAULT_GOAL := help
.PHONY: help install browser env demo check test test-full test-lowest lint format docs golden bench clean typescript yaml

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

install: $(SETTLED) ## Set up .venv and the Pulumi CLI with its Python language host. Takes seconds once it is done.
	@$(VENV)/bin/python -m tools.pulumi.install >/dev/null
	@# Each run of a program imports the package in two new processes, which may have no permission to write bytecode.
	@$(VENV)/bin/python -m compileall -q pulumi_exosphere

# Written last, so that an interrupted set-up continues at the next run.
$(SETTLED): pyproject.toml
	@[ -x $(VENV)/bin/python ] || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is required, but %s is %s. Name another one: make PYTHON=python3.12 ..." % (sys.executable, sys.version.split()[0]))'
	@echo 'Installing the package and its tools into $(VENV) (about a minute) ...' >&2
	@[ -x $(VENV)/bin/python ] || $(PYTHON) -m venv $(VENV)
	@# Pulumi asks pip what is installed each time a program runs; a new pip is twice as fast as the copy in Python.
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip >&2
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' >&2
	@touch $@

browser: install ## Set up Chromium (as root, on Debian) and Mermaid for the tests that draw diagrams.
	@$(VENV)/bin/python -m tools.browser

yaml: install ## Set up the language host for programs in YAML, such as examples/yaml. `make test` does it, too.
	@$(VENV)/bin/python -m tools.pulumi.yaml

env: ## Print `export` lines; after eval "$(make -s env)" python and pulumi just work in your shell.
	@$(MAKE) --no-print-directory -s install >&2
	@$(VENV)/bin/python -m tools.env

demo: install ## Deploy a graph to an embedded state manager, change it, detect and correct drift, destroy it.
	@$(IN_ENV) python -m tools.demo

# In two runs: the table of failures is printed by a run in a single process.
test: yaml ## Run the tests, except for the long ones.
	@$(IN_ENV) python -m pytest -n $(WORKERS) --dist worksteal --ignore tests/faults $(PYTEST_ARGS) && python -m pytest tests/faults $(PYTEST_ARGS)

# What needs no Pulumi CLI: minutes less than all of it, and most of what a change can break. Lint runs beside the tests,
# and reports after them.
check: install ## Lint, and run every test that doesn't run the Pulumi CLI: the loop for editing (needs Go).
	@mkdir -p build; $(MAKE) --no-print-directory -s lint >build/lint.txt 2>&1 & linting=$$!; \
	$(IN_ENV) TESTS_WITHOUT_CLI=1 TESTS_BRIEFLY=1 python -m pytest -q -n $(CHECK_WORKERS) --dist worksteal \
		-m 'not cli and not slow and not full' $(PYTEST_ARGS); tested=$$?; \
	wait $$linting; linted=$$?; cat build/lint.txt; exit $$((tested | linted))

test-full: yaml ## Run all tests, including the long ones that `make test` leaves out.
	@$(IN_ENV) python -m pytest -n $(WORKERS) --dist worksteal --ignore tests/faults -m '' $(PYTEST_ARGS) && python -m pytest tests/faults -m '' $(PYTEST_ARGS)

# A wheel each, as users get them: an old version may be unable to build on a new Python.
test-lowest: install ## Run the tests that need no CLI with the lowest version of each requirement, in .venv-lowest.
	@[ -x $(LOWEST)/bin/python ] || $(VENV)/bin/uv venv --quiet --python $(VENV)/bin/python $(LOWEST)
	@$(VENV)/bin/uv pip install --quiet --python $(LOWEST) --resolution lowest-direct --only-binary :all: \
		--no-binary pulumi-exosphere --editable '.[dev]'
	@# What is about the tools of this checkout has nothing to do with the requirements' versions.
	@$(LOWEST)/bin/python -m pytest -n $(WORKERS) --dist worksteal -m 'not slow and not full and not cli' \
		$(foreach folder,docs examples faults tools,--ignore tests/$(folder)) $(PYTEST_ARGS)

lint: install ## Check style, types and workflows (needs Go).
	@$(IN_ENV) ruff check --quiet . && ruff format --check . && mypy . && pyright tests/typing examples
	@$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci $(GITLAB)
	@# Go keeps what it has built. Other tools that actionlint finds on PATH would make it answer differently elsewhere.
	@go -C tools/actionlint tool actionlint -shellcheck= -pyflakes= $(WORKFLOWS)

format: install ## Reformat the code, and fix what `make lint` can fix by itself.
	@$(IN_ENV) ruff format --quiet . && ruff check --quiet --fix . && ruff format --quiet .

docs: install ## Regenerate docs/resources/ from the docstrings.
	@$(IN_ENV) python -m tools.docs

golden: install ## Rewrite the golden previews and comments after an intended change; then read the diff.
	@$(IN_ENV) python -m tests.review.record --comments
	@$(IN_ENV) EXOSPHERE_GOLDEN=write python -m pytest -q -n 0 tests/preview/test_golden.py

bench: yaml ## Run the benchmarks and write docs/benchmarks.md. Takes an hour; shorter: BENCH_ARGS="--sizes 1,50 --runs 3".
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' >&2
	@$(IN_ENV) python -m benchmarks $(BENCH_ARGS)

typescript: install ## Set up what the tests of TypeScript need; without it they are skipped.
	@$(VENV)/bin/python -m tools.pulumi.typescript

clean: ## Remove what the targets created here, except for .pulumi-local/state (stacks) and ~/.cache/pulumi-exosphere.
	@rm -rf $(VENV) $(LOWEST) .pulumi-local/home .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
