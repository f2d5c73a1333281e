"""The sample content of `make demo`: well formed, in our own words, its numbers supported."""

import gzip
import json
import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.jekyll.files import reading
from digest.jekyll.files.document import Document
from digest.readers.headlines import says_nothing
from papers import arxiv_id
from papers.sources import huggingface
from papers.text.cleaning import fold

DEMO = Path(__file__).resolve().parents[3] / "digest" / "local" / "demo"
DAYS = sorted(DEMO.glob("huggingface/*.json"))
POSTS = sorted(DEMO.glob("posts/*.md"))
PLACEHOLDER = re.compile(
    r"정보\s*(?:부족|없음)|해당\s*없음|미상|추후|lorem|ipsum|\bTODO\b|\bTBD\b|\bN/A\b|placeholder",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:[천만억조](?!큼))?")  # 7.5만큼 is "by 7.5", not 75,000

SAME_VALUE = {
    ("2510.05684", "1,000"): "1K",
    ("2510.05684", "1,300"): "1.3K",
    ("2510.06499", "120만"): "1.2 million",
    ("2510.08673", "400만"): "4 million",
}
"""Numbers that Korean writes differently: (paper, number in a section) -> in the sample text."""

IN_WORDS = {("2510.09608", "2"): "quadratic"}
"""Numbers of a sample text that the abstract has as a word, such as the 2 of O(n^2)."""


def test_one_digest_has_a_title_of_its_own_and_one_is_called_by_its_papers():
    assert sorted(says_nothing(read(path).title) for path in POSTS) == [False, True]


def test_tags_are_of_sample_papers():
    tags = json.loads((DEMO / "tags.json").read_text(encoding="utf-8"))
    assert set(tags) <= {item["paper"]["id"] for day in DAYS for item in items_of(day)}
    assert all(tags.values())


def items_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))


def summaries() -> dict[str, str]:
    return {
        item["paper"]["id"]: item["paper"]["summary"] for path in DAYS for item in items_of(path)
    }


def read(path: Path) -> Document:
    return reading.read(path.read_bytes(), path.name, ZoneInfo("Asia/Seoul"))


def recorded(corpus: Path, day: Path) -> dict[str, dict]:
    text = gzip.decompress((corpus / "hf_daily" / f"{day.name}.gz").read_bytes())
    return {item["paper"]["id"]: item for item in json.loads(text)}


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    """Return every run of `length` words, without case and punctuation around words."""
    words = [word.strip(".,;:!?()[]{}\"'*`-").casefold() for word in text.split()]
    words = [word for word in words if word]
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_there_are_three_consecutive_weekdays_and_posts_of_the_first_two():
    days = [date.fromisoformat(path.stem) for path in DAYS]

    assert [day.toordinal() - days[0].toordinal() for day in days] == [0, 1, 2]
    assert all(day.weekday() < 5 for day in days)
    assert [path.name[:10] for path in POSTS] == [day.isoformat() for day in days[:2]]


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_the_reader_of_the_source_finds_nothing_odd_in_a_day(path):
    items = items_of(path)
    answer = huggingface.parse(items)

    assert answer.refusals == ()
    assert answer.notices == ()
    assert len(answer.papers) == len(items) == 10
    assert all(paper.authors and paper.published_at for paper in answer.papers)


def test_every_item_has_a_canonical_id_and_says_that_its_text_is_a_sample():
    items = [item for path in DAYS for item in items_of(path)]
    ids = [item["paper"]["id"] for item in items]

    assert all(re.fullmatch(arxiv_id.PATTERN, each) for each in ids)
    assert len(set(ids)) == len(ids)
    assert all(item["sample"] is True for item in items)
    assert all(item["summary"] == item["paper"]["summary"] for item in items)


def test_the_days_name_no_account_and_no_picture():
    allowed = {
        "": {"sample", "paper", "publishedAt", "title", "summary", "organization"},
        "paper": {
            *("id", "authors", "publishedAt", "submittedOnDailyAt", "title", "summary", "upvotes"),
            *("projectPage", "githubRepo", "ai_keywords", "organization"),
        },
        "organization": {"name", "fullname"},
        "authors": {"name"},
    }
    for item in (item for path in DAYS for item in items_of(path)):
        paper = item["paper"]

        assert set(item) <= allowed[""]
        assert set(paper) <= allowed["paper"]
        assert set(paper.get("organization", {})) <= allowed["organization"]
        assert all(set(author) == allowed["authors"] for author in paper["authors"])


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_a_sample_text_is_three_to_six_sentences_of_under_120_words(path):
    for item in items_of(path):
        text = item["summary"]

        assert 3 <= len(re.findall(r"[.?](?=\s|$)", text)) <= 6, item["paper"]["id"]
        assert len(text.split()) < 120, item["paper"]["id"]


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_a_post_is_read_without_a_remark_and_has_an_intro_and_whole_sections(path):
    post = read(path)

    assert post.refusals == ()
    assert post.notices == ()
    assert post.title
    assert post.intro
    assert 3 <= len(post.tags) <= 6
    assert 6 <= len(post.papers) <= 7
    for paper in post.papers:
        assert set(paper.missing_kinds) <= {"limitations"}, paper.arxiv_id
        assert paper.gist, paper.arxiv_id
        assert {section.kind for section in paper.sections}.isdisjoint({"other"}), paper.arxiv_id


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_a_post_tells_of_papers_of_its_day_under_their_titles_and_in_their_order(path):
    post = read(path)
    listed = {
        item["paper"]["id"]: fold(item["title"])
        for item in items_of(DEMO / "huggingface" / f"{post.day}.json")
    }
    ids = [paper.arxiv_id for paper in post.papers]

    assert len(set(ids)) == len(ids)
    assert ids == [each for each in listed if each in ids]
    assert [paper.title for paper in post.papers] == [listed[each] for each in ids]


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_every_link_of_a_post_is_that_of_the_paper_it_stands_under(path):
    text = path.read_text(encoding="utf-8")
    ids = [paper.arxiv_id for paper in read(path).papers]

    assert re.findall(r"https?://[^)\s]+", text) == [
        address
        for each in ids
        for address in (
            f"https://arxiv.org/abs/{each}",
            f"https://www.alphaxiv.org/ko/overview/{each}",
        )
    ]


def test_the_posts_share_some_tags_and_not_all():
    first, second = (set(read(path).tags) for path in POSTS)

    assert len(first & second) >= 2
    assert first - second
    assert second - first


@pytest.mark.parametrize("path", [*DAYS, *POSTS], ids=lambda path: path.name)
def test_no_text_is_a_placeholder(path):
    assert PLACEHOLDER.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.name)
def test_every_number_of_a_section_is_in_the_sample_text_of_its_paper(path):
    texts = summaries()
    unsupported = []
    for paper in read(path).papers:
        text = texts[paper.arxiv_id]
        known = set(NUMBER.findall(text))
        for section in paper.sections:
            for number in NUMBER.findall(section.markdown):
                same = SAME_VALUE.get((paper.arxiv_id, number))
                if not (number in known or (same and re.search(rf"\b{re.escape(same)}\b", text))):
                    unsupported.append((paper.arxiv_id, section.kind, number))

    assert unsupported == []


def test_every_exception_for_a_number_is_used():
    written = {
        (paper.arxiv_id, number)
        for path in POSTS
        for paper in read(path).papers
        for section in paper.sections
        for number in NUMBER.findall(section.markdown)
    }

    assert set(SAME_VALUE) <= written


@pytest.mark.corpus
@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_the_facts_of_a_day_are_the_recorded_ones(path, corpus):
    days = recorded(corpus, path)
    items = items_of(path)
    ids = [item["paper"]["id"] for item in items]

    assert ids == [each for each in days if each in ids]
    for item in items:
        theirs = days[item["paper"]["id"]]
        for key in set(item) - {"sample", "paper", "summary", "organization"}:
            assert item[key] == theirs[key]
        for key in set(item["paper"]) - {"authors", "summary", "organization"}:
            assert item["paper"][key] == theirs["paper"][key]
        names = [author["name"] for author in theirs["paper"]["authors"]]
        assert [author["name"] for author in item["paper"]["authors"]] == names


@pytest.mark.corpus
@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_every_number_of_a_sample_text_is_in_the_recorded_abstract(path, corpus):
    days = recorded(corpus, path)
    unsupported = []
    for item in items_of(path):
        key = item["paper"]["id"]
        abstract = days[key]["paper"]["summary"]
        known = set(NUMBER.findall(abstract))
        unsupported += [
            (key, number)
            for number in NUMBER.findall(item["summary"])
            if number not in known and IN_WORDS.get((key, number), "\0") not in abstract
        ]

    assert unsupported == []


@pytest.mark.corpus
def test_no_run_of_eight_words_is_anybody_elses(corpus):
    ours = {
        run: f"{path.name}: {' '.join(run)}"
        for path in DAYS
        for item in items_of(path)
        for run in runs(item["summary"])
    }
    for path in POSTS:
        for paper in read(path).papers:
            for section in paper.sections:
                for run in runs(section.markdown):
                    ours[run] = f"{path.name}: {' '.join(run)}"
    shared = set()
    for path in DAYS:
        for item in recorded(corpus, path).values():
            for text in (item["paper"]["summary"], item["paper"].get("ai_summary") or ""):
                shared |= {ours[run] for run in runs(text) & ours.keys()}

    assert len(ours) > 3000
    assert shared == set()
