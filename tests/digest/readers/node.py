"""Programs of npm's that read what we write, for tests."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings


def installed(source: Path) -> Path:
    """Return a folder of the tests' own with `source` and what its package.json asks for.

    The test is skipped, visibly, where npm is not there or cannot fetch it.
    """
    if not shutil.which("npm"):
        pytest.skip(f"no npm on this machine: {source.name} are left out")
    folder: Path = settings.DATA_DIR / source.name
    shutil.copytree(source, folder, dirs_exist_ok=True)
    quickly = ["--fetch-retries=0", "--fetch-timeout=60000"]  # It may have no registry to ask.
    done = subprocess.run(
        ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", *quickly],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip(f"npm cannot fetch {source.name}: {done.stderr[-300:]}")
    return folder
