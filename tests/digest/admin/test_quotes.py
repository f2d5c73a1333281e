"""What a model quotes and the paper does not have stands beside its section."""

from datetime import timedelta

import pytest
from django.urls import reverse

from papers import kinds
from papers.clock import now
from papers.models import CallOutcome, ModelCall, Writer
from tests.factories import make_paper, make_section

pytestmark = pytest.mark.django_db

MAGIC = "It works by <b>magic</b>."


@pytest.fixture
def section():
    return make_section(make_paper(), kinds.RESULTS, origin=Writer.MODEL)


def called(section, invented, kind="", minutes=0, language="ko"):
    return ModelCall.objects.create(
        paper=section.paper,
        language=language,
        kind=kind,
        model="m",
        prompt_version="1",
        source_checksum="0",
        outcome=CallOutcome.DONE,
        asked_at=now() + timedelta(minutes=minutes),
        invented=invented,
    )


def shown(client, section):
    page = client.get(reverse("admin:papers_paper_change", args=[section.paper_id])).text
    return page.count("It works by &lt;b&gt;magic&lt;/b&gt;.")


def test_it_stands_beside_its_section_as_text(client, editor, section):
    called(section, {"results": [MAGIC], "method": [MAGIC]})
    assert shown(client, section) == 1


def test_a_later_draft_of_the_section_counts_and_one_of_another_does_not(client, editor, section):
    called(section, {"results": [MAGIC]})
    called(section, {}, kind="method", minutes=1)
    called(section, {}, minutes=2, language="en")
    assert shown(client, section) == 1
    called(section, {}, kind="results", minutes=3)
    assert shown(client, section) == 0


def test_a_persons_text_rests_on_no_quote_of_a_model(client, editor, section):
    called(section, {"results": [MAGIC]})
    section.origin = Writer.EDITOR
    section.save()
    assert shown(client, section) == 0


@pytest.mark.parametrize("odd", [[], {"results": 3}, {"results": [None, {}]}, {"results": "x"}])
def test_damaged_quotes_are_none(client, editor, section, odd):
    called(section, odd)
    assert shown(client, section) == 0
