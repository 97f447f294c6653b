# make demo        compare policies in several worlds: results/demo/
# make dashboard   the same in the browser: change a policy and see the effect
# make test        run the test suite
# Each creates .venv automatically; they need Python 3.11 or later, and pip with its usual access to packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
INPUTS := pyproject.toml constraints.txt

.PHONY: help demo dashboard test coverage lint benchmark clean

help:
	@sed -n '1,4s/^# //p' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(INPUTS) | $(BIN)/python
	@echo "installing into $(VENV) (once, a minute or two) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/ready-to-test: $(INPUTS) | $(BIN)/python
	@echo "installing into $(VENV) (once, a minute or two) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/ready

demo: $(VENV)/ready
	$(BIN)/tripleos sweep demo --restart
	$(BIN)/tripleos report demo

dashboard: $(VENV)/ready
	$(BIN)/tripleos dashboard

test: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n 2 --dist loadfile

coverage: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

benchmark: $(VENV)/ready-to-test
	$(BIN)/python -m experiments.benchmark

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
