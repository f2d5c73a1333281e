"""Readers see what each sentence rests on: in full from abstracts, little of full texts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser

from digest.models import State
from digest.readers.evidence import QUOTED_CHARACTERS, QUOTED_OF_FULL_TEXT
from papers import kinds
from papers.models import Evidence, Found, Writer
from papers.pipeline import checking, extractive_drafts
from papers.text.cleaning import fold as fold_
from tests.factories import make_paper, make_post, make_section
from tests.papers.checks.test_evidence import ATTENTION
from tests.papers.pipeline.test_evidence import BLEU, FOREIGN, PROPOSED, attention, store_full_text

pytestmark = pytest.mark.django_db


def published(paper, markdown, **fields):
    section = make_section(paper, markdown=markdown, **fields)
    make_post(State.PUBLISHED, [paper])
    checking.check([paper])
    return section


def folds(client, paper):
    page = LexborHTMLParser(client.get(paper.get_absolute_url()).text)
    return page.css("details.evidence")


def evidence_in_json(client, paper):
    data = client.get(f"{paper.get_absolute_url()[:-1]}.json").json()
    return {section["kind"]: section["evidence"] for section in data["sections"]}


def test_each_sentence_has_its_quote_and_its_place(client):
    paper = attention()
    published(paper, f"- **목표:** {PROPOSED} **{BLEU}**\n- **동기:** {FOREIGN}")
    [fold] = folds(client, paper)
    items = [fold_(item.text(separator=" ")) for item in fold.css("li")]
    assert items[0] == f"{PROPOSED} {ATTENTION[2].strip()} 초록 비교로 찾음"
    assert items[1] == f"{BLEU} {ATTENTION[4].strip()} 초록 비교로 찾음"
    assert items[2] == f"{FOREIGN} 논문에 가까운 문장 없음"
    assert fold.css_first("blockquote").attributes["lang"] == "en"
    assert evidence_in_json(client, paper)["introduction"][1] == {
        "sentence": BLEU,
        "found": "matched",
        "quotes": [{"section": "초록", "text": ATTENTION[4].strip()}],
    }


def test_a_text_of_the_papers_own_sentences_has_no_fold(client):
    paper = attention()
    extractive_drafts.draft([paper])
    make_post(State.PUBLISHED, [paper])
    checking.check([paper])
    assert Evidence.objects.exclude(public_found=Found.QUOTED).count() == 0
    assert folds(client, paper) == []


def test_what_was_never_compared_has_no_fold(client):
    paper = attention()
    make_section(paper, markdown=PROPOSED, origin=Writer.IMPORT)
    make_post(State.PUBLISHED, [paper])
    assert folds(client, paper) == []
    assert evidence_in_json(client, paper) == {"introduction": []}


def test_of_a_full_text_few_short_sentences_are_quoted_and_the_rest_is_named(client):
    paper = make_paper(version=1, abstract="")
    numbers = range(QUOTED_OF_FULL_TEXT + 2)
    long = [f"We reach {n + 100}.5 points on Model{n} of WMT {'and more ' * 60}." for n in numbers]
    store_full_text(paper, *long)
    claims = [f"Model{n}은 WMT에서 {n + 100}.5점에 이른다." for n in numbers]
    for kind, said in ((kinds.INTRODUCTION, claims[:6]), (kinds.RESULTS, claims[6:])):
        make_section(paper, kind, markdown=" ".join(said))
    make_post(State.PUBLISHED, [paper])
    checking.check([paper])
    assert set(Evidence.objects.values_list("public_found", flat=True)) == {Found.MATCHED}
    quotes = [quote.text() for fold in folds(client, paper) for quote in fold.css("blockquote")]
    assert len(quotes) == QUOTED_OF_FULL_TEXT
    assert {len(quote) for quote in quotes} == {QUOTED_CHARACTERS}
    named = [link for fold in folds(client, paper) for link in fold.css("a")]
    assert [link.text() for link in named] == ["Part 10", "Part 11"]
    assert {link.attributes["href"] for link in named} == {paper.arxiv_url}
    told = [each for rows in evidence_in_json(client, paper).values() for each in rows]
    assert sum(bool(quote["text"]) for each in told for quote in each["quotes"]) == len(quotes)


def test_formulas_and_hostile_words_of_a_quote_are_text(client):
    paper = make_paper(
        abstract=r"We prove $\mathcal{O}(n^2)$ for <script>alert(1)</script> Widgets."
    )
    published(paper, "Widgets에 대해 증명한다.")
    [fold] = folds(client, paper)
    assert fold.css("script") == []
    quote = fold.css_first("blockquote").text()
    assert quote == "We prove 𝒪(n²) for <script>alert(1)</script> Widgets."


@pytest.mark.parametrize(
    "table", ["| 크기 | FID |\n| --- | ---: |\n| 작음 | 2.1 |", "크기 | FID\n---|---\n작음 | 2.1"]
)
def test_tables_are_no_sentences_and_footnotes_are_without_their_marks(client, table):
    paper = attention()
    note = "[^fid]: 낮을수록 좋은 거리이다."
    published(paper, f"FID[^fid]는 낮다.\n\n{table}\n\n- 끝 - 문장이다.\n\n{note}")
    [fold] = folds(client, paper)
    texts = [item.css_first("p").text() for item in fold.css("li")]
    assert texts == ["FID는 낮다.", "끝 - 문장이다.", "낮을수록 좋은 거리이다."]


@pytest.mark.parametrize("stored", [None, 3, "x", [3], [[None, "", 0, 1, "c"]], {"a": 1}])
def test_a_damaged_row_shows_its_sentence_alone(client, stored):
    paper = attention()
    published(paper, PROPOSED)
    Evidence.objects.update(public_quotes=stored if stored is not None else [None])
    [fold] = folds(client, paper)
    assert fold.css("blockquote") == []
    assert PROPOSED in fold.text()


def test_the_page_takes_as_many_queries_whatever_it_quotes(client):
    few, many = attention(), attention()
    published(few, PROPOSED)
    for kind in (kinds.METHOD, kinds.RESULTS):
        make_section(many, kind, markdown=BLEU)
    published(many, f"{PROPOSED} {BLEU}")
    counts = []
    for paper in (few, many):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(paper.get_absolute_url()).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
