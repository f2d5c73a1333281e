"""What arXiv says of papers is stored once. It wins over Hugging Face, and an editor over it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from papers.editing import proposals
from papers.models import Choice, Listing, Origin, Paper, Proposal, ProposalState
from papers.pipeline.arxiv_facts import list_for_editor, store_records
from papers.pipeline.ingest import save_papers
from papers.sources.arxiv import ArxivRecord
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

RECORD = ArxivRecord(
    arxiv_id="2510.05096",
    version=1,
    title="arXiv's title",
    raw_title="arXiv's\n  title",
    abstract="An abstract\nin two lines.",
    authors=("Ada Lovelace", "홍길동"),
    categories=("cs.LG", "stat.ML"),
    comment="12 pages",
    doi="10.1000/182",
    journal_ref="J. 1 (2025)",
    published_at=datetime(2025, 10, 6, tzinfo=UTC),
    updated_at=datetime(2025, 10, 6, tzinfo=UTC),
    withdrawal="",
)
HUGGING_FACE = {"title": "Their title", "abstract": "Theirs.", "keywords": ["x"]}
DAY = date(2025, 10, 8)


def paper():
    return Paper.objects.get(arxiv_id=RECORD.arxiv_id)


def test_a_record_becomes_a_paper():
    papers, counts = store_records([RECORD])
    stored = paper()
    assert papers == {RECORD.arxiv_id: stored}
    assert counts["papers added"] == 1
    assert (stored.title, stored.raw_title) == ("arXiv's title", "arXiv's\n  title")
    assert stored.abstract == "An abstract in two lines."
    assert stored.abstract_html
    assert stored.authors == ["Ada Lovelace", "홍길동"]
    assert stored.categories == ["cs.LG", "stat.ML"]
    assert (stored.comment, stored.doi) == ("12 pages", "10.1000/182")
    assert stored.journal_ref == "J. 1 (2025)"
    assert (stored.version, stored.withdrawn) == (1, False)
    assert stored.arxiv_published_at == stored.arxiv_updated_at == RECORD.updated_at
    assert set(stored.origins.values()) == {"arxiv"}
    assert stored.history.count() == 1


def test_tex_of_running_text_is_decoded_and_the_raw_text_kept():
    title, abstract = r"Prefill \& Decode with $\pi_{0.5}$", "We propose\n\\textbf{C}o: 5\\% \\$3."
    raw = {"title": title, "raw_title": title, "abstract": abstract}
    authors, comment = (r"Fran\c{c}ois Fr\'echet",), r"Code: \url{https://a.example/b_c}"
    store_records([replace(RECORD, **raw, authors=authors, comment=comment)])
    stored = paper()
    assert (stored.title, stored.title_plain) == (
        r"Prefill & Decode with $\pi_{0.5}$",
        "Prefill & Decode with π₀.₅",
    )
    assert stored.abstract == r"We propose Co: 5% \$3."
    assert stored.abstract_html == "<p>We propose Co: 5% $3.</p>"
    assert (stored.raw_title, stored.raw_abstract) == (title, abstract)
    assert stored.authors == ["François Fréchet"]
    assert stored.comment == "Code: https://a.example/b_c"
    store_records([replace(RECORD, **raw, authors=authors, comment=comment)])
    assert stored.history.count() == 1


def test_arxivs_word_wins_over_hugging_face():
    save_papers({RECORD.arxiv_id: HUGGING_FACE}, Origin.HUGGINGFACE)
    store_records([RECORD])
    assert paper().title == "arXiv's title"
    save_papers({RECORD.arxiv_id: HUGGING_FACE}, Origin.HUGGINGFACE)
    assert (paper().title, paper().abstract) == ("arXiv's title", "An abstract in two lines.")
    assert paper().keywords == ["x"]


def test_a_new_version_is_followed_and_kept_in_the_history():
    store_records([RECORD])
    newer = replace(
        RECORD,
        version=2,
        title="A better title",
        updated_at=datetime(2025, 11, 1, tzinfo=UTC),
        withdrawal="This paper has been withdrawn",
    )
    _, counts = store_records([newer])
    assert counts["papers updated"] == 1
    assert (paper().version, paper().title, paper().withdrawn) == (2, "A better title", True)
    assert [row.version for row in paper().history.all()] == [2, 1]
    store_records([replace(newer, withdrawal="", version=3)])
    assert not paper().withdrawn


def test_what_an_editor_touched_stays_and_arxivs_word_is_proposed_once():
    store_records([RECORD])
    stored = paper()
    stored.title, stored.comment = "The editor's", "Ours"
    stored.mark_edited({"title", "comment"})
    stored.save()
    newer = replace(RECORD, version=2, title="Newer", comment="13 pages")
    _, counts = store_records([newer])
    assert counts["facts proposed"] == 2
    assert (paper().title, paper().comment, paper().version) == ("The editor's", "Ours", 2)
    _, counts = store_records([newer])
    assert +counts == {}
    assert Proposal.objects.count() == 2


def test_a_proposed_fact_of_arxivs_can_be_accepted(admin_user):
    stored = make_paper(arxiv_id=RECORD.arxiv_id, doi="10.1000/1", origins={"doi": "editor"})
    store_records([RECORD])
    proposals.accept(stored.proposals.get(field="doi"), admin_user)
    assert paper().doi == "10.1000/182"


PERHAPS = replace(RECORD, perhaps_withdrawn="The paper is now withdrawn")
CERTAIN = replace(RECORD, withdrawal="This paper has been withdrawn by the authors")


def make_public():
    made = make_paper(arxiv_id=RECORD.arxiv_id)
    make_section(made)
    make_post(papers=[made])


def refuse(user):
    proposals.reject(Proposal.objects.get(state=ProposalState.OPEN), user)


def test_words_that_an_editor_refused_are_not_asked_again(admin_user):
    store_records([PERHAPS])
    refuse(admin_user)
    for words in ("The paper is now withdrawn", "THE PAPER is  now withdrawn."):
        store_records([replace(PERHAPS, perhaps_withdrawn=words)])
    assert Proposal.objects.count() == 1
    assert not paper().withdrawn


def test_a_certain_withdrawal_is_followed_though_a_suspicion_was_refused(admin_user):
    store_records([PERHAPS])
    refuse(admin_user)
    store_records([CERTAIN])
    assert paper().withdrawn


@pytest.mark.parametrize("later", [CERTAIN, replace(PERHAPS, perhaps_withdrawn="Withdrawn; flaw")])
def test_other_words_are_asked_though_the_first_were_refused(later, admin_user):
    make_public()
    store_records([PERHAPS])
    refuse(admin_user)
    _, counts = store_records([later])
    assert counts["facts proposed"] == 1
    assert Proposal.objects.get(state=ProposalState.OPEN).value is True
    refuse(admin_user)
    _, counts = store_records([later, PERHAPS])
    assert Proposal.objects.count() == 2


def test_other_words_are_not_asked_while_the_first_wait(admin_user):
    make_public()
    store_records([PERHAPS])
    _, counts = store_records([CERTAIN])
    assert (Proposal.objects.count(), counts["facts proposed"]) == (1, 0)
    refuse(admin_user)
    store_records([CERTAIN])
    proposals.accept(Proposal.objects.get(state=ProposalState.OPEN), admin_user)
    assert paper().withdrawn


@pytest.mark.parametrize("size", [1, 100])
def test_the_second_time_nothing_is_written(size, django_assert_max_num_queries):
    records = [replace(RECORD, arxiv_id=f"2510.{number:05}") for number in range(1, size + 1)]
    store_records(records)
    with django_assert_max_num_queries(6) as queries:
        _, counts = store_records(records)
    assert +counts == {}
    said = [query["sql"].split()[0] for query in queries.captured_queries]
    assert not {"INSERT", "UPDATE", "DELETE"} & set(said)


def test_an_editors_papers_are_listed_in_their_order():
    first, second, third = make_paper(), make_paper(), make_paper(withdrawn=True)
    assert list_for_editor([first, second], DAY)["listings added"] == 2
    assert list_for_editor([second, third, first], DAY)["listings added"] == 1
    rows = Listing.objects.values_list("paper", "rank", "choice", "source")
    assert list(rows) == [
        (first.pk, 1, Choice.PENDING, "editor"),
        (second.pk, 2, Choice.PENDING, "editor"),
        (third.pk, 3, Choice.EXCLUDED, "editor"),
    ]


def test_listing_again_leaves_what_the_editor_made_of_it():
    added = make_paper()
    list_for_editor([added], DAY)
    Listing.objects.update(choice=Choice.PICKED)
    assert +list_for_editor([added], DAY) == {}
    assert Listing.objects.get().choice == Choice.PICKED
