"""Each sentence of a summary has rows that tell what it rests on, as long as it stands there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import publishing
from digest.models import State
from papers import kinds
from papers.models import Evidence, Found, FullText, Quote, Writer
from papers.pipeline import checking, extractive_drafts
from papers.pipeline.model_drafts import draft_with_model
from papers.text import sentences
from tests.factories import make_paper, make_post, make_section
from tests.papers.checks.test_evidence import ATTENTION
from tests.papers.pipeline.fake_model import statements, summary

pytestmark = pytest.mark.django_db

PROPOSED = "어텐션 메커니즘에만 기반한 새로운 네트워크 아키텍처인 Transformer를 제안한다."
BLEU = "WMT 2014 영어-독일어 번역에서 28.4 BLEU를 달성한다."
FOREIGN = "로봇 팔의 촉각 센서 데이터를 수집하여 조작 정책을 학습한다."


def attention(**fields):
    return make_paper(title="Attention", abstract=" ".join(ATTENTION), **fields)


def store_full_text(paper, *texts, version=1):
    parts = [{"kind": "results", "heading": f"Part {n}", "text": t} for n, t in enumerate(texts)]
    return FullText.objects.create(
        paper=paper, version=version, format="html", checksum="0" * 64, parts=parts,
        parsed_at="2025-10-08T00:00:00Z",
    )  # fmt: skip


def evidence_of(section):
    """Return how each sentence's evidence was found, and its quotes, in the order of their ids."""
    return [
        (row.found, [Quote(*each).text for each in row.quotes])
        for row in section.evidence.order_by("pk")
    ]


def assert_quotes_stand(paper):
    """Each stored quote equals the stored text, byte for byte."""
    found = 0
    newest = paper.full_texts.filter(error="").order_by("-version").first()
    for row in Evidence.objects.filter(section__paper=paper):
        for stored in [*row.quotes, *row.public_quotes]:
            quote = Quote.read(stored)
            text = paper.abstract if quote.part is None else newest.parts[quote.part]["text"]
            assert text[quote.start : quote.end] == quote.text
            found += 1
    return found


def test_each_sentence_rests_on_a_sentence_of_the_paper_or_on_none():
    paper = attention()
    section = make_section(paper, markdown=f"- **목표:** {PROPOSED} {BLEU}\n- **동기:** {FOREIGN}")
    checking.check([paper])
    assert evidence_of(section) == [
        (Found.MATCHED, [ATTENTION[2].strip()]),
        (Found.MATCHED, [ATTENTION[4].strip()]),
        (Found.NONE, []),
    ]
    assert assert_quotes_stand(paper) == 2


def test_a_quotation_is_its_own_evidence():
    paper = attention()
    extractive_drafts.draft([paper])
    rows = Evidence.objects.filter(section__origin=Writer.EXTRACTIVE)
    assert [row.found for row in rows] == [Found.QUOTED] * len(ATTENTION)
    texts = sorted(Quote(*row.quotes[0]).text for row in rows)
    assert texts == sorted(sentences.sentences(paper.abstract))


def test_what_follows_a_label_is_quoted_too_and_a_number_alone_is_no_claim():
    sentence = "We present Franca (pronounced Fran-ka): free one; the first open model of all."
    paper = make_paper(abstract=f"{sentence} It has two parts. 2. Data. We use it.")
    section = make_section(paper, language="en", markdown=f"{sentence} 2. 28.4.")
    checking.check([paper])
    assert evidence_of(section) == [(Found.QUOTED, [sentence])]


@pytest.mark.parametrize(("stated", "claim"), [
    ("There is no evidence that GPT-4 outperforms human experts on every task.",
     "GPT-4 outperforms human experts on every task."),
    ("The method gains 12.5 points over all the strong baselines.",
     "5 points over all the strong baselines."),
    ("It is untrue: nobody says that GPT-4 outperforms human experts on every task.",
     "GPT-4 outperforms human experts on every task."),
])  # fmt: skip
def test_an_end_that_the_rest_of_its_sentence_may_deny_is_no_quotation(stated, claim):
    paper = make_paper(abstract=f"{stated} It has two parts. We use it.")
    section = make_section(paper, language="en", markdown=claim)
    checking.check([paper])
    ((found, _),) = evidence_of(section)
    assert found != Found.QUOTED


def test_what_the_model_names_counts_and_the_rest_is_matched(fake):
    paper = attention()
    results = statements(BLEU, 4, 5) + statements(PROPOSED, 99)
    fake.says(summary(results=results, method=FOREIGN))
    draft_with_model(paper, "ko")
    assert evidence_of(paper.sections.get(kind=kinds.RESULTS)) == [
        (Found.NAMED, [ATTENTION[3].strip(), ATTENTION[4].strip()]),
        (Found.MATCHED, [ATTENTION[2].strip()]),
    ]
    assert evidence_of(paper.sections.get(kind=kinds.METHOD)) == [(Found.NONE, [])]


def test_a_proposal_that_is_taken_rests_on_what_its_model_named(fake):
    paper = attention()
    section = make_section(paper, kinds.RESULTS, markdown=FOREIGN)
    fake.says(summary(results=statements(BLEU, 1)))
    draft_with_model(paper, "ko")
    section.markdown = section.proposals.get().value
    section.save()
    checking.check([paper])
    assert evidence_of(section) == [(Found.NAMED, [ATTENTION[0].strip()])]


def test_an_edited_sentence_is_matched_anew_and_the_others_keep_theirs():
    paper = attention()
    section = make_section(paper, markdown=f"{PROPOSED} {BLEU}")
    checking.check([paper])
    kept, edited = section.evidence.order_by("pk")
    Evidence.objects.filter(pk=kept.pk).update(found=Found.CHOSEN)
    section.markdown = f"{BLEU.replace('28.4', '28')} {PROPOSED}"
    section.save()
    checking.check([paper])
    assert section.evidence.get(pk=kept.pk).found == Found.CHOSEN
    assert not section.evidence.filter(pk=edited.pk).exists()
    assert section.evidence.count() == 2


def test_a_row_lives_while_the_working_or_the_public_text_has_its_sentence():
    paper = attention()
    section = make_section(paper, markdown=PROPOSED)
    post = make_post(State.PUBLISHED, [paper])
    checking.check([paper])
    section.refresh_from_db()
    section.markdown = BLEU
    section.save()
    checking.check([paper])
    old, new = section.evidence.order_by("pk")
    assert (old.public_found, new.public_found) == (Found.MATCHED, "")
    publishing.publish_changes(post)
    only = section.evidence.get()
    assert (only.pk, only.public_found, only.public_quotes) == (new.pk, Found.MATCHED, new.quotes)


def test_an_emptied_section_keeps_what_readers_still_see():
    paper = attention()
    section = make_section(paper, markdown=PROPOSED)
    hidden = make_section(paper, kinds.METHOD, markdown="")
    make_post(State.PUBLISHED, [paper])
    hidden.markdown = BLEU
    hidden.save()
    checking.check([paper])
    assert Evidence.objects.count() == 2
    for each in (section, hidden):
        each.refresh_from_db()
        each.markdown = ""
        each.save()
    checking.check([paper])
    assert Evidence.objects.get().section == section


def test_a_full_text_is_searched_with_its_heading_and_never_its_own_abstract_twice():
    paper = attention(version=1)
    text = "Table 1\nWe train on eight P100 GPUs for twelve hours in all. So we stop early then."
    store_full_text(paper, ATTENTION[0].strip(), text)
    section = make_section(paper, markdown="8개의 P100 GPU로 12시간 동안 학습한다.")
    checking.check([paper])
    (stored,) = section.evidence.get().quotes
    quote = Quote(*stored)
    assert (quote.part, quote.heading) == (1, "Part 1")
    assert quote.text == "We train on eight P100 GPUs for twelve hours in all."
    assert assert_quotes_stand(paper) == 1


def test_a_newer_full_text_moves_what_it_still_says_and_the_rest_is_matched_anew():
    paper = attention(version=1)
    said = "We train on eight P100 GPUs for twelve hours in all."
    gone = "We train with Adam and a warm-up of 4,000 steps there."
    store_full_text(paper, f"{said} {gone}")
    markdown = (
        f"8개의 P100 GPU로 12시간 동안 학습한다. Adam과 4,000 스텝의 warm-up으로 학습한다. {BLEU}"
    )
    section = make_section(paper, markdown=markdown)
    checking.check([paper])
    Evidence.objects.update(found=Found.CHOSEN)
    store_full_text(paper, "A first part of seven words in all.", f"Now. {said}", version=2)
    checking.check([paper])
    first, second, third = section.evidence.order_by("pk")
    assert (first.found, Quote(*first.quotes[0])[:2]) == (Found.CHOSEN, (1, "Part 1"))
    assert second.found in {Found.MATCHED, Found.NONE}
    assert [each.lost for each in (first, second, third)] == ["", gone, ""]
    assert (third.found, Quote(*third.quotes[0]).part) == (Found.CHOSEN, None)
    assert assert_quotes_stand(paper) >= 2


def test_a_sentence_that_nobody_chose_is_not_lost():
    paper = attention(version=1)
    store_full_text(paper, "We train on eight P100 GPUs for twelve hours in all.")
    section = make_section(paper, markdown="8개의 P100 GPU로 12시간 동안 학습한다.")
    checking.check([paper])
    store_full_text(paper, "We train on 8 P100 GPUs for 12 hours.", version=2)
    checking.check([paper])
    assert section.evidence.get().lost == ""


def test_what_an_editor_wrote_alone_stays_so_whatever_the_paper_says_later():
    paper = attention(version=1)
    section = make_section(paper, markdown=BLEU)
    checking.check([paper])
    Evidence.objects.update(found=Found.OWN, quotes=[])
    store_full_text(paper, "We reach 28.4 BLEU on WMT 2014 in the end.")
    checking.check([paper])
    assert evidence_of(section) == [(Found.OWN, [])]


@pytest.mark.parametrize(
    "markdown",
    [
        "가" * 20_000,
        "끝이 없는 문장 " * 500,
        "Mixed 한글 and English 文字 with $\\mathcal{L}_{\\theta}$ `code.x` и кириллица",
        "## 제목\n\n```\ncode.\n```\n\n> 인용. **굵게.** [링크](https://example.org/a.b).",
        "...!?。 .",
        "$x$",
    ],
)
def test_any_text_has_evidence_or_says_that_it_has_none(markdown):
    paper = attention()
    section = make_section(paper, markdown=markdown)
    checking.check([paper])
    assert {row.found for row in section.evidence.all()} <= {Found.MATCHED, Found.NONE}


def test_a_paper_without_text_and_a_damaged_row_are_no_obstacle():
    paper = make_paper(abstract="")
    section = make_section(paper, markdown=PROPOSED)
    checking.check([paper])
    assert evidence_of(section) == [(Found.NONE, [])]
    Evidence.objects.update(found=Found.NAMED, quotes=[{"x": 1}, [None, "", 0, "9", "c", "t"], 3])
    paper.abstract = " ".join(ATTENTION)
    paper.save()
    checking.check([paper])
    assert evidence_of(section) == [(Found.MATCHED, [ATTENTION[2].strip()])]


def test_fifty_papers_take_as_many_queries_as_one():
    def queries(papers):
        for paper in papers:
            make_section(paper, markdown=f"{PROPOSED} {BLEU}")
        with CaptureQueriesContext(connection) as captured:
            checking.check(papers)
        return len(captured)

    one = queries([attention()])
    assert queries([attention() for _ in range(8)]) == one
