"""How many texts have their usual sections is counted by day and generator, and a fall is told."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.models.functions import Now

from papers.models import FullText
from papers.pipeline import text_figures
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL = "conclusion introduction method results"


def texts(count, days_ago=0, kinds=ALL, generator="LaTeXML 0.8.8", **fields):
    made = {"version": 1, "format": "html", "checksum": "0", "parts": [{"kind": "method"}]}
    made |= {"parsed_at": DAY - timedelta(days=days_ago), "kinds": kinds, "generator": generator}
    for _ in range(count):
        FullText.objects.create(**{"paper": make_paper(), **made, **fields})


def figures():
    return text_figures.figures(DAY.date() - timedelta(days=2), DAY.date())


def test_texts_are_counted_by_day_and_generator_without_its_version():
    texts(2)
    texts(1, generator="LaTeXML 0.8.9", kinds="introduction", gap="ends")
    texts(1, generator="latexml-oxide 0.5.1-rc.2", kinds="results")
    texts(1, format="pdf", generator="pdfTeX-1.40.25", days_ago=1)
    texts(1, format="pdf", generator="Skia/PDF m120", days_ago=1)
    texts(1, generator="", days_ago=1)
    texts(1, days_ago=3)
    told = [(str(each.day), each.generator, each.read, each.usual) for each in figures()]
    assert told == [
        ("2026-11-20", "LaTeXML", 3, (3, 2, 2)),
        ("2026-11-20", "latexml-oxide", 1, (0, 1, 0)),
        ("2026-11-19", "HTML", 1, (1, 1, 1)),
        ("2026-11-19", "PDF", 2, (2, 2, 2)),
    ]
    assert [(each.complete, each.parts) for each in figures()[:2]] == [(2, 1), (0, 0)]


def test_what_could_not_be_read_or_has_no_kinds_is_not_counted():
    texts(1, parts=[], error="is not at arXiv in this form")
    texts(1, kinds="")
    assert figures() == []


def test_texts_that_an_upgrade_finds_are_told_their_kinds():
    texts(1, kinds="", parts=[{"kind": "results"}, {"kind": "method"}, {"kind": "results"}, 7])
    texts(1, kinds="", parts={"what": "is this"})
    texts(1, kinds="", parts=[], error="is not at arXiv in this form")
    migration = import_module("papers.migrations.0028_full_texts_say_what_made_them")
    FullText.objects.update(parsed_at=Now())
    with connection.cursor() as cursor:
        cursor.execute(migration.KINDS)
    kinds = FullText.objects.order_by("pk").values_list("kinds", flat=True)
    assert list(kinds) == ["method results", "", ""]


def before(complete, incomplete):
    texts(complete, days_ago=10)
    texts(incomplete, days_ago=10, kinds="other")


def test_a_fall_of_what_one_converter_makes_is_told():
    before(30, 10)
    texts(12, kinds="other", generator="latexml-oxide 0.5.1")
    fall = text_figures.fall(DAY.date())
    assert (fall.percent, fall.percent_before, fall.texts) == (0, 75, 12)


def test_the_last_days_count_together_where_one_has_too_few():
    before(40, 0)
    for days_ago in range(3):
        texts(4, days_ago=days_ago, kinds="other")
    assert text_figures.fall(DAY.date()).texts == 12


@pytest.mark.parametrize(
    ("known", "complete", "incomplete"),
    [
        ((30, 10), 4, 6),  # worse, as chance may have it on one day of a month
        ((40, 0), 0, 3),  # three texts
        ((10, 0), 0, 20),  # little is known of before
        ((30, 10), 15, 5),  # as before
        ((30, 10), 7, 3),  # a little worse, as chance may have it
        ((20, 20), 20, 0),  # better
    ],
)
def test_few_texts_and_chance_are_no_fall(known, complete, incomplete):
    before(*known)
    texts(complete)
    texts(incomplete, kinds="other")
    assert text_figures.fall(DAY.date()) is None


def test_a_day_with_nothing_but_pdfs_is_no_fall():
    before(100, 0)
    texts(40, days_ago=9, format="pdf", kinds="method")
    texts(12, format="pdf", kinds="method")
    assert text_figures.fall(DAY.date()) is None


def test_a_generator_of_few_texts_that_falls_is_told():
    before(200, 0)
    for days_ago in range(2, 22):
        texts(2, days_ago=days_ago, generator="rare 1.0")
    for days_ago in range(2):
        texts(20, days_ago=days_ago)
        texts(2, days_ago=days_ago, generator="rare 1.1", kinds="other")
    fall = text_figures.fall(DAY.date())
    assert (fall.generator, fall.percent, fall.percent_before) == ("rare", 60, 100)


def test_a_part_and_its_later_whole_count_once_for_each_generator():
    before(40, 0)
    for _ in range(6):
        paper = make_paper()
        texts(1, paper=paper, kinds="introduction", gap="ends")
        texts(1, paper=paper, format="pdf")
    assert text_figures.fall(DAY.date()) is None


def test_ten_points_are_a_fall_where_there_are_texts_enough():
    before(200, 0)
    texts(90)
    texts(10, kinds="other")
    assert text_figures.fall(DAY.date()).percent == 90
    texts(1)
    assert text_figures.fall(DAY.date()) is None
