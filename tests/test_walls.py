"""The import contracts between the packages hold: a wrong trial import breaks its contract."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walls import names

ROOT = Path(__file__).resolve().parent.parent
LINT = Path(sys.executable).with_name("lint-imports")

TRIALS = {
    "from digest.models import Post": ("papers/pipeline/steps.py", "Data flows one way"),
    "from papers.models import Paper": ("papers/sources/huggingface.py", "sources know no rows"),
    "from papers.jobs import add": ("papers/models/paper.py", "The rooms of papers/"),
    "from digest.admin import posts": ("digest/readers/feeds/formats.py", "The rooms of digest/"),
    "from django.conf import settings": ("papers/checks/length.py", "no settings"),
    "import httpx2": ("papers/drafting/llm/prompt.py", "no network"),
    "from django.db import (models": ("papers/text/cleaning.py", "no rows"),
    "from django.core import (\n    cache,\n    checks,\n": ("papers/checks/names.py", "no rows"),
    "import smtplib": ("papers/checks/terms.py", "no network"),
    "from django.contrib.auth.models import User": ("papers/sources/items.py", "Sources store"),
    "from django.utils import timezone": (
        "papers/fulltext/base.py",
        "nothing there imports Django",
    ),
    "from digest.models import State": ("digest/jekyll/files/lines.py", "The format of Jekyll's"),
    "from digest.jekyll.files.form import forms": (
        "digest/jekyll/files/finding/marks.py",
        "The rooms of digest/jekyll/files/",
    ),
    "from papers.sources import arxiv": ("papers/sources/items.py", "No circles"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return a copy of the files that the contracts read."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("papers", "digest"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tests").mkdir()
    for name in ("pyproject.toml", "tests/__init__.py", "tests/walls.py"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def broken(tree):
    """Return the contracts that do not hold."""
    command = [LINT, "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600)
    lines = [line for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    assert bool(lines) == bool(done.returncode), done.stdout + done.stderr
    return lines


def test_every_contract_holds(tree):
    assert broken(tree) == []


@pytest.mark.parametrize("trial", TRIALS)
def test_an_import_in_the_wrong_direction_breaks_its_contract(tree, trial):
    file, contract = TRIALS[trial]
    module = tree / file
    before = module.read_text()
    try:
        module.write_text(f"{before}\n{trial}{')' if '(' in trial else ''}\n")
        assert any(contract in line for line in broken(tree))
    finally:
        module.write_text(before)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("import socket", ["socket"]),
        ("import os, urllib.request as web", ["os", "urllib.request"]),
        ("from django.db import models", ["django.db", "django.db.models"]),
        ("    from a import b as c, d", ["a", "a.b", "a.d"]),
        ("from a import (", ["a"]),
        ("x = 1", []),
    ],
)
def test_what_a_statement_names(statement, said):
    assert names(statement) == said
