# Needs GNU make 4 or newer and Python 3.11 or newer with its venv module; everything else is fetched into .venv.
# `make` alone lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test assets sample notebook bench check test-pythons lock clean packages test-packages

PORT ?= 5000
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# The first Python on this machine that can make our environment; asked for only when one is to be made.
find_python = $(shell for p in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

# A stamp carries the content of the files it stands for in its name, so a checkout that only touches them costs nothing.
content = $(firstword $(shell cat $(1) | cksum))
RUNTIME := $(VENV)/.runtime-$(call content,requirements.lock)
TESTING := $(VENV)/.testing-$(call content,requirements.lock requirements-test.lock)
PROJECT := $(VENV)/.project-$(call content,pyproject.toml)
ASSETS := geo_app/render/vendor/.assets-$(call content,assets.lock geo_app/render/assets.py)

help: ## list the targets
	@echo "make TARGET, one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-15s%s\n", $$1, $$2}'

run: packages $(ASSETS) ## the atlas in the browser: environment, sample province, server (PORT=5000)
	@echo "Building the sample province where it is missing: up to a minute the first time …"
	@$(BIN)/geo-app build
	@echo "Starting the server on port $(PORT); Ctrl+C stops it …"
	@exec $(BIN)/geo-app serve --port $(PORT)

test: check $(ASSETS) ## everything that must hold: style, types, tests, documentation, notebooks, browser
	@echo "Running the tests: a few minutes …"
	@$(BIN)/python -m pytest

check: test-packages ## style and types only
	@echo "Checking style and types: about 20 s the first time …"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

assets: packages ## fetch the pinned JavaScript, styles and fonts; mend what is altered
	@echo "Checking JavaScript, styles and fonts …"
	@$(BIN)/python -m geo_app.render.assets assets.lock
	@touch $(ASSETS)

sample: packages ## build the files of the sample province anew from data/facts
	@echo "Building the files of the sample province from data/facts: about a minute …"
	@$(BIN)/python data/build_sample.py

notebook: test-packages $(ASSETS) ## open the notebooks in JupyterLab
	@echo "Starting JupyterLab on notebooks/; Ctrl+C stops it …"
	@exec $(BIN)/jupyter lab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

bench: test-packages $(ASSETS) ## measure against other tools; prints a table
	@echo "Measuring: several minutes …"
	@$(BIN)/python -m bench

test-pythons: $(addprefix test-python-,3.11 3.12 3.13) ## the quicker tests, without a browser, on every other Python 3.11-3.13 found here (side by side: make -j -O)

test-python-%: $(ASSETS)
	@[ "$*" = "$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" ] && exit 0; \
	python=; \
	for p in python$* "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$*.*/bin/python; do \
		"$$p" -c 'import venv, ensurepip' 2>/dev/null && python=$$p && break; \
	done; \
	if [ -z "$$python" ]; then echo "Python $*: not on this machine, skipped."; exit 0; fi; \
	echo "Python $*: packages (about a minute the first time), then the quicker tests without a browser …"; \
	[ -x .venv-$*/bin/python ] || "$$python" -m venv --clear .venv-$* || exit 1; \
	$(MAKE) -j1 --no-print-directory VENV=.venv-$* test-packages || exit 1; \
	.venv-$*/bin/python -m pytest -m "not browser and not slow" -p no:cacheprovider

lock: packages ## renew requirements.lock and requirements-test.lock to the newest versions
	@echo "Resolving the newest versions for Python 3.11-3.13: about 20 s …"
	@$(PIP) install --quiet uv==$(UV_VERSION)
	@compile="$(BIN)/uv pip compile --system-certs --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --quiet pyproject.toml -"; \
	echo 'flit_core>=3.11' | $$compile --custom-compile-command 'make lock' \
		--output-file requirements.lock >/dev/null && \
	echo 'flit_core>=3.11' | $$compile --custom-compile-command 'make lock' --extra test \
		--constraint requirements.lock --output-file requirements-test.lock >/dev/null
	@echo "Renewed; now: make test"

clean: ## remove environments, caches and fetched files; published versions in data/store stay
	@echo "Removing environments, caches and fetched files …"
	@rm -rf .venv .venv-3.* geo_app/render/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -- environment -------------------------------------------------------------------------------------------------------

packages: $(PROJECT)
test-packages: $(TESTING) $(PROJECT)

$(BIN)/python:
	@python="$(find_python)"; \
	if [ -z "$$python" ]; then \
		echo "No Python 3.11 or newer with venv was found (tried python3, python3.13, python3.12, python3.11)." >&2; \
		echo "Install one (Debian, Ubuntu: python3 and python3-venv), or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making the Python environment $(VENV) with $$("$$python" --version): about 5 s …"; \
	"$$python" -m venv --clear $(VENV)

$(RUNTIME): | $(BIN)/python
	@echo "Fetching the Python packages of requirements.lock: about a minute the first time …"
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@rm -f $(VENV)/.runtime-* && touch $@

$(TESTING): | $(RUNTIME)
	@echo "Fetching the Python packages of requirements-test.lock: one to two minutes the first time …"
	@$(PIP) install --quiet --require-hashes --requirement requirements-test.lock
	@rm -f $(VENV)/.testing-* && touch $@

$(PROJECT): | $(RUNTIME)
	@echo "Installing geo_app itself from this folder: about 3 s …"
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.project-* && touch $@

$(ASSETS): | packages
	@$(BIN)/python -m geo_app.render.assets assets.lock
	@touch $@
