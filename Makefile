# One word per job. PY is the Python of the virtual environment: make check PY=/path/to/python
PY ?= .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup check lint fix test crash bench demo

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | while IFS='|' read -r name text; do \
		printf '  make %-7s %s\n' "$$name" "$$text"; done

setup: ## a virtual environment in .venv with everything (the only target that needs the network)
	test -x .venv/bin/python || python3 -m venv .venv
	.venv/bin/pip install -q -e '.[media,test,dev]'

lint: ## format, ruff, mypy strict, import contracts: what needs no test to be seen
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()'

check: lint ## lint, the quick tests and the doctests, under a minute; `make test` is thorough
	$(PY) -m pytest -q -n auto -m 'not live and not slow and not thorough' --hypothesis-profile=quick

fix: ## let ruff mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

test: ## all tests but the live ones
	$(PY) -m pytest -n auto -m 'not live' --hypothesis-profile=thorough

crash: ## fifty runs killed at seeded moments and resumed: nothing twice, nothing lost (some minutes)
	$(PY) -m pytest tests/crash -n auto --kills 50

bench: ## the speed goals, as ratios within one run (alone on the machine; several minutes)
	$(PY) -m pytest tests/bench -s -p no:xdist --override-ini 'addopts=-ra --strict-markers --strict-config --import-mode=importlib'

demo: ## the shipped scenarios on the built-in mock: no key, no network, no cost
	$(PY) -m harness
