"""Sections of layouts whose marks are rare. That they come back is tested with all layouts."""

import pytest

from tests.digest.jekyll import layouts_of_strangers as layouts
from tests.digest.jekyll.test_reading import read_body


def kinds_of(body):
    return [[each.kind for each in paper.sections] for paper in read_body(body).papers]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (layouts.TITLE_LABELS, [["method", "results"]] * 2),
        (layouts.OF_SO_MANY, [["method", "results"], ["method"]]),
        (layouts.ASKED, [["method", "results"], ["method"]]),
    ],
)
def test_sections_are_known_by_the_words_before_them(body, kinds):
    assert kinds_of(body) == kinds


def test_papers_that_a_page_about_one_names_are_named():
    one, two = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2))
    read = read_body(f"Words.\n\n[arXiv]({one})\n\nMore words.\n\n[arXiv]({two})\n")
    (notice,) = read.notices
    assert "read as a page about 2507.00001 alone" in notice.text
    assert notice.text.endswith("2507.00002")
