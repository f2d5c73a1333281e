"""Whatever is done to the rows, the files are what a new export would write."""

from random import Random

import pytest

from tests.digest.readers.export.test_export import run
from tests.digest.readers.export.test_folder import tree
from tests.digest.readers.pages.acts import Acts, make_site

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ACTS = 30  # `tests.benchmarks.export acts` does 200.


def test_after_random_acts_the_files_are_those_of_a_new_export(front, tmp_path):
    random = Random(1)
    make_site(random, digests=4)
    acts, done = Acts(random), []
    for number in range(1, ACTS + 1):
        done.append(acts.do())
        if number % 3 == 0:
            said = run(tmp_path / "site", "--check")
            assert "0 refused, 0 dead links." in said, done
        if number % 15 == 0:
            run(tmp_path / f"new{number}")
            assert tree(tmp_path / "site") == tree(tmp_path / f"new{number}"), done
