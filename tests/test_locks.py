"""Each package is pinned with hashes, so that only the files that were looked at are installed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(each.name for each in ROOT.glob("requirements*.txt"))


def entries(lock):
    """Return the lines of each package, joined."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_package_has_its_version_and_hashes(lock):
    pinned = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}")
    assert [entry[:60] for entry in entries(lock) if not pinned.match(entry)] == []
    assert len(entries(lock)) > 1


def test_a_package_of_the_site_is_the_same_in_the_environment_of_its_tests():
    site, tests = (
        {entry.split(" ")[0] for entry in entries(lock)}
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert site - tests == set()
