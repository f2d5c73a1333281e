# `make help` says what there is. One environment, .venv, made when it is missing or stale.
# The first Python that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	echo $$python && break; done)
COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --extra embedded

# $(call install,LOCK): with uv where there is one, else with pip (a half-made .venv has none yet).
define install
@if command -v uv >/dev/null; then \
	uv pip install --quiet --python .venv/bin/python --require-hashes -r $(1); \
else \
	.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
fi
endef

.PHONY: help demo test install lock

help:
	@echo 'make demo      the whole site on http://127.0.0.1:8000 with sample digests; PORT=8001 moves it'
	@echo 'make test      all checks and tests'
	@echo 'make install   the environment alone (.venv)'
	@echo 'make lock      requirements*.txt anew from pyproject.toml (needs uv)'

demo: .venv/.runtime
	@exec .venv/bin/python -m digest.local.demo

install: .venv/.runtime

# Tests keep their services apart from the demo's data.
test: export DATA_DIR := $(CURDIR)/var/test
test: .venv/.dev
	.venv/bin/ruff check --no-cache
	.venv/bin/ruff format --check
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python manage.py check
	.venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/pytest

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv: https://docs.astral.sh/uv/' >&2; exit 1; }
	$(COMPILE) -o requirements.txt pyproject.toml
	$(COMPILE) --extra dev -o requirements-dev.txt pyproject.toml

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo 'Installing what the site runs on ...'
	$(call install,requirements.txt)
	@touch $@

# The packages for tests hold those of the site.
.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo 'Installing what the site and its tests run on ...'
	$(call install,requirements-dev.txt)
	@touch .venv/.runtime $@

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'No Python 3.11 or newer was found. Install one, or name it: PYTHON=/path/to/python3.11 make ...' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; $(PYTHON) is older or no Python.' >&2; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --clear --python '$(PYTHON)' .venv; \
	else '$(PYTHON)' -m venv --clear .venv; fi
