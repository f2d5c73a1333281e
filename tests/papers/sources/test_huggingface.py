"""Hugging Face's JSON: `parse` with small payloads, `fetch` over a real socket."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Request, Response

from papers.clock import now
from papers.sources import daily, huggingface
from papers.sources.errors import SourceBusy, SourceDown, SourceError
from papers.sources.items import Remark

DAY = date(2025, 10, 7)
QUERY = {"date": "2025-10-07", "limit": "100"}


def make_paper(**fields):
    paper = {
        "id": "2510.05096",
        "title": "A Paper",
        "summary": "What it says.",
        "authors": [{"name": "Ada Lovelace", "hidden": False}],
        "publishedAt": "2025-10-06T17:58:02.000Z",
        "upvotes": 40,
    } | fields
    return {key: value for key, value in paper.items() if value is not ...}


def make_item(**fields):
    """Return an item whose outer part says nothing. `...` leaves a field of the paper out."""
    return {"paper": make_paper(**fields)}


def read(**fields):
    """Return the paper and the notices of one item. A good item beside it lets it be refused."""
    reading = huggingface.parse([make_item(**fields), make_item(id="2510.00001")])
    return reading.papers[0], reading.notices


def refusal(item) -> Remark:
    reading = huggingface.parse([make_item(id="2510.00001"), item])
    assert [paper.arxiv_id for paper in reading.papers] == ["2510.00001"]
    (refused,) = reading.refusals
    assert refused.position == 2
    return refused


def test_a_whole_item_is_read():
    paper, notices = read(
        ai_keywords=["diffusion", "video"],
        projectPage="https://showlab.github.io/Paper2Video/",
        githubRepo="https://github.com/showlab/Paper2Video",
        organization={"name": "showlab", "fullname": "Show Lab"},
    )
    assert paper.arxiv_id == "2510.05096"
    assert paper.title == paper.raw_title == "A Paper"
    assert paper.abstract == "What it says."
    assert paper.authors == ("Ada Lovelace",)
    assert paper.published_at == datetime(2025, 10, 6, 17, 58, 2, tzinfo=UTC)
    assert paper.upvotes == 40
    assert paper.keywords == ("diffusion", "video")
    assert paper.links == (
        ("project", "https://showlab.github.io/Paper2Video/"),
        ("code", "https://github.com/showlab/Paper2Video"),
    )
    assert paper.organization == "Show Lab"
    assert not paper.withdrawn
    assert paper.rank == 1
    assert notices == ()


def test_an_id_and_a_title_are_enough():
    reading = huggingface.parse([{"paper": {"id": "2510.05096", "title": "A Paper"}}])
    (paper,) = reading.papers
    assert (paper.abstract, paper.authors, paper.published_at) == ("", (), None)
    assert (paper.upvotes, paper.keywords, paper.links) == (None, (), ())
    assert reading.notices == (Remark(1, "2510.05096", "summary", "no abstract"),)


def test_an_empty_day_is_no_error():
    assert huggingface.parse([]).papers == ()


@pytest.mark.parametrize(
    ("data", "name"),
    [({}, "object"), ("[]", "string"), (None, "null"), (1, "number"), (True, "boolean")],
)
def test_an_answer_that_is_no_list_is_refused(data, name):
    with pytest.raises(SourceError, match=f"^expected a list, got {name}$"):
        huggingface.parse(data)


@pytest.mark.parametrize("item", [None, 1, "text", [], {}, {"paper": None}, {"paper": ["id"]}])
def test_an_item_that_is_no_object_is_refused_alone(item):
    assert str(refusal(item)).startswith("item 2 is not an object")


@pytest.mark.parametrize(
    "arxiv_id",
    [
        ...,
        None,
        2510.05096,
        "",
        "x",
        "2513.00001",
        "1501.0001",
        "２５１０.０５０９６",
        "2510.05096\x00",
    ],
)
def test_an_item_without_an_arxiv_id_is_refused_alone(arxiv_id):
    refused = refusal(make_item(id=arxiv_id))
    assert refused.arxiv_id is None
    assert str(refused).startswith("item 2: paper.id: ")
    assert str(refused).endswith(" is not an arXiv id")


@pytest.mark.parametrize(
    "spelling",
    ["arXiv:2510.05096", "https://arxiv.org/abs/2510.05096", " 2510.05096 ", "2510.05096v3"],
)
def test_any_spelling_of_an_id_is_the_same_paper(spelling):
    reading = huggingface.parse([make_item(), make_item(id=spelling)])
    assert [paper.arxiv_id for paper in reading.papers] == ["2510.05096"]


@pytest.mark.parametrize("title", [..., None, 7, ["A"], "", " \n\t ", "\u200b\u202e\x00"])
def test_an_item_without_a_title_is_refused_alone(title):
    assert str(refusal(make_item(title=title))) == "item 2 (2510.05096): title: missing"


def test_a_title_of_500_characters_is_the_longest():
    paper, _ = read(title="가" * 500)
    assert paper.title == "가" * 500
    refused = refusal(make_item(title="x" * 1_000_000))
    assert str(refused) == "item 2 (2510.05096): title: 1,000,000 chars, limit 500"


def test_the_outer_title_wins_for_it_keeps_its_latex():
    item = make_item(title="Transformer^2") | {"title": "$\\text{Transformer}^2$"}
    assert huggingface.parse([item]).papers[0].title == "$\\text{Transformer}^2$"


@pytest.mark.parametrize("outer", [None, "", " ", 5])
def test_the_inner_title_and_abstract_fill_in_for_the_outer(outer):
    item = make_item() | {"title": outer, "summary": outer}
    (paper,) = huggingface.parse([item]).papers
    assert (paper.title, paper.abstract) == ("A Paper", "What it says.")


def test_the_outer_title_and_abstract_fill_in_for_the_inner():
    item = make_item(title=..., summary=...) | {"title": "Outer", "summary": "Said outside."}
    (paper,) = huggingface.parse([item]).papers
    assert (paper.title, paper.abstract) == ("Outer", "Said outside.")


def test_a_wrapped_title_is_folded_and_kept_raw():
    paper, _ = read(title="A Title\n  on two lines ")
    assert paper.title == "A Title on two lines"
    assert paper.raw_title == "A Title\n  on two lines"


def test_an_abstract_keeps_its_line_breaks():
    assert read(summary=" One\ntwo. ")[0].abstract == "One\ntwo."


@pytest.mark.parametrize("abstract", [..., None, "", " \n", 5, ["text"]])
def test_a_paper_without_an_abstract_is_kept(abstract):
    paper, notices = read(summary=abstract)
    assert paper.abstract == ""
    assert "item 1 (2510.05096): summary: no abstract" in map(str, notices)


def test_an_abstract_over_20000_characters_is_refused():
    assert len(read(summary="x" * 20_000)[0].abstract) == 20_000
    refused = refusal(make_item(summary="x" * 20_001))
    assert str(refused) == "item 2 (2510.05096): summary: 20,001 chars, limit 20,000"


FIELDS = {
    "authors": "authors",
    "publishedAt": "published_at",
    "upvotes": "upvotes",
    "ai_keywords": "keywords",
    "projectPage": "links",
    "githubRepo": "links",
    "organization": "organization",
}
EMPTY = (None, (), "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("authors", "Ada"),
        ("authors", {"name": "Ada"}),
        ("authors", [{"name": "A"}] * 10_001),
        ("publishedAt", 1759773482),
        ("publishedAt", "yesterday"),
        ("publishedAt", "2025-10-06"),
        ("publishedAt", "2025-10-06T17:58:02"),
        ("publishedAt", "2025-02-30T00:00:00Z"),
        ("publishedAt", "0001-01-01T00:00:00+23:59"),
        ("publishedAt", "9999-12-31T23:59:59-23:59"),
        ("publishedAt", "1985-01-01T00:00:00Z"),
        ("upvotes", "40"),
        ("upvotes", 4.5),
        ("upvotes", True),
        ("upvotes", -1),
        ("upvotes", 10**30),
        ("ai_keywords", "diffusion"),
        ("ai_keywords", {"a": 1}),
        ("ai_keywords", ["word"] * 101),
        ("projectPage", 5),
        ("projectPage", "javascript:alert(1)"),
        ("projectPage", "java\x00script:alert(1)"),
        ("projectPage", "data:text/html,x"),
        ("projectPage", "//evil.test/"),
        ("projectPage", "ftp://example.org/"),
        ("projectPage", "http://example.org:99999/"),
        ("projectPage", "http://example.org:0/"),
        ("projectPage", "http://example..org/"),
        ("projectPage", "https://arxiv.org@evil.test/"),
        ("projectPage", "https://one.test/ https://two.test/"),
        ("projectPage", "https://example.org/" + "x" * 500),
        ("githubRepo", "owner/name"),
        ("githubRepo", ["https://github.com/a/b"]),
        ("organization", "Show Lab"),
        ("organization", {"fullname": 7}),
        ("organization", {"fullname": "x" * 201}),
    ],
)
def test_an_odd_optional_field_is_left_empty_with_a_notice(key, value):
    paper, notices = read(**{key: value})
    assert getattr(paper, FIELDS[key]) in EMPTY
    (notice,) = notices
    assert (notice.position, notice.arxiv_id) == (1, "2510.05096")
    assert notice.field == f"paper.{key}"
    assert notice.reason.startswith("left empty: ")
    assert len(str(notice)) < 300


def test_a_date_to_come_is_left_empty():
    paper, notices = read(publishedAt=(now() + timedelta(days=3)).isoformat())
    assert paper.published_at is None
    assert len(notices) == 1


@pytest.mark.parametrize("key", list(FIELDS))
def test_a_null_or_blank_optional_field_is_as_good_as_absent(key):
    for value in (None, ""):
        paper, notices = read(**{key: value})
        assert getattr(paper, FIELDS[key]) in EMPTY
        assert notices == ()


def test_authors_keep_their_order_and_hidden_ones_stay_hidden():
    names = ["Zoe", "김철수", "Ada Lovelace"]
    authors = [{"name": name, "hidden": False, "_id": "x"} for name in names]
    authors.insert(1, {"name": "Shy", "hidden": True})
    paper, notices = read(authors=authors)
    assert paper.authors == ("Zoe", "김철수", "Ada Lovelace")
    assert notices == ()


def test_a_bad_author_or_keyword_is_left_out_alone():
    paper, notices = read(
        authors=["Ada", {"name": "Zoe\n Bell"}, {"name": " "}, {"name": 5}, {"name": "x" * 201}],
        ai_keywords=["diffusion", 5, "", "diffusion", " video "],
    )
    assert paper.authors == ("Zoe Bell",)
    assert paper.keywords == ("diffusion", "video")
    assert [str(notice) for notice in notices] == [
        "item 1 (2510.05096): paper.authors: 4 of 5 left out",
        "item 1 (2510.05096): paper.ai_keywords: 2 of 5 left out",
    ]


def test_a_paper_may_have_3303_authors():
    paper, notices = read(authors=[{"name": f"Author {n}"} for n in range(3303)])
    assert len(paper.authors) == 3303
    assert paper.authors[-1] == "Author 3302"
    assert notices == ()


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (" https://sites.google.com/view/adc-robot", "https://sites.google.com/view/adc-robot"),
        ("https://github.com/\nFightingFighting/NeuroAda.git", None),
        ("http://3.148.244.109:5000/", "http://3.148.244.109:5000/"),
    ],
)
def test_addresses_as_people_type_them_are_mended(said, address):
    paper, notices = read(githubRepo=said)
    assert paper.links == (("code", address or "https://github.com/FightingFighting/NeuroAda.git"),)
    assert notices == ()


def test_the_organization_may_stand_outside_and_have_a_short_name_only():
    item = make_item() | {"organization": {"name": "showlab", "_id": "x"}}
    assert huggingface.parse([item]).papers[0].organization == "showlab"


def test_unknown_keys_are_no_matter():
    item = make_item(invented={"deep": [1]}) | {"alsoInvented": None}
    reading = huggingface.parse([item])
    assert len(reading.papers) == 1
    assert reading.notices == ()


@pytest.mark.parametrize(
    "title",
    [
        "<think>: Thinking Fast and Slow",
        "Training with <1 GB",
        "`code` and P(y|x) and [n] and \\$",
        'texttt{D}ual αβγ "quoted" 👩‍🔬',
        "{{ site.title }} {% raw %} =1+1 '; DROP TABLE papers; --",
    ],
)
def test_odd_titles_are_exact_text(title):
    paper, notices = read(title=title, summary=title)
    assert (paper.title, paper.abstract) == (title, title)
    assert notices == ()


def test_unsafe_characters_are_removed_from_every_text():
    dirty = "a\x00b\x85c\u202ed\ufffee"
    paper, _ = read(
        title=dirty,
        summary=dirty,
        authors=[{"name": dirty}],
        ai_keywords=[dirty],
        organization={"fullname": dirty},
    )
    texts = [paper.title, paper.raw_title, paper.abstract, paper.organization]
    for text in [*texts, *paper.authors, *paper.keywords]:
        assert not set("\x00\x85\u202e\ufffe") & set(text)
        assert text.startswith("a")
        assert text.endswith("e")


def test_a_lone_surrogate_does_not_survive():
    paper, _ = read(title="a\ud800b")
    assert paper.title.encode()


def test_of_the_same_paper_twice_the_first_counts():
    reading = huggingface.parse([make_item(upvotes=1), make_item(id="2510.05096v2", upvotes=2)])
    (paper,) = reading.papers
    assert (paper.rank, paper.upvotes) == (1, 1)
    assert [str(notice) for notice in reading.notices] == [
        "item 2 (2510.05096): paper.id: listed before as item 1, which counts"
    ]


def test_a_refused_item_leaves_its_place_to_the_next():
    reading = huggingface.parse([make_item(title=...), make_item(), make_item(id="2510.00001")])
    assert [(paper.arxiv_id, paper.rank) for paper in reading.papers] == [
        ("2510.05096", 2),
        ("2510.00001", 3),
    ]


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_withdrawn_paper_is_marked(where):
    when = {"withdrawnAt": "2026-08-05T00:00:00.000Z"}
    item = make_item(**when) if where == "inside" else make_item() | when
    reading = huggingface.parse([item])
    assert reading.papers[0].withdrawn
    assert [notice.reason for notice in reading.notices] == ["withdrawn"]


def test_nothing_but_refusals_is_a_failure():
    with pytest.raises(SourceError, match=r"^every item refused \(2\); the first: item 1 is not"):
        huggingface.parse([None, make_item(id="x")])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = [*make_paper(), "ai_keywords", "projectPage", "githubRepo", "organization", "withdrawnAt"]


@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_json_does_more_than_lose_its_own_item(inner, outer):
    item = outer | {"paper": make_paper() | inner}
    reading = huggingface.parse([make_item(id="2510.00001"), item])
    assert reading.papers[0].arxiv_id == "2510.00001"
    assert len(reading.papers) + len(reading.refusals) == 2


# Over a socket.


@pytest.fixture
def source(httpserver, settings):
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.HTTP_RETRY_WAIT_S = 0.01
    return httpserver


def serve(source, *pages):
    """Respond to page p of the day with pages[p], and to every later one with an empty list."""

    def answer(request: Request) -> Response:
        p = int(request.args["p"])
        return Response(json.dumps(pages[p]) if p < len(pages) else "[]")

    source.expect_request("/api/daily_papers").respond_with_handler(answer)


def test_a_day_is_read_page_by_page_until_one_is_empty(source):
    serve(source, [make_item(), make_item(id="2510.00001")], [make_item(id="2510.00002")])
    before = now()
    answer = huggingface.fetch(DAY)
    assert [paper.rank for paper in answer.papers] == [1, 2, 3]
    assert (answer.source, answer.day) == ("huggingface", DAY)
    assert before <= answer.fetched_at <= now()
    assert [len(json.loads(page)) for page in answer.pages] == [2, 1, 0]
    assert [dict(request.args) for request, _ in source.log] == [
        {"date": "2025-10-07", "limit": "100", "p": str(p)} for p in range(3)
    ]


def test_pages_are_kept_as_they_came(source):
    text = '[ {"paper": {"id": "2510.05096", "title": "\\ud55c글", "invented": 1.0}} ]\n'
    source.expect_ordered_request("/api/daily_papers").respond_with_data(text)
    source.expect_ordered_request("/api/daily_papers").respond_with_data("[]")
    assert huggingface.fetch(DAY).pages == (text, "[]")


def test_an_empty_day_is_an_answer(source):
    serve(source)
    answer = huggingface.fetch(DAY)
    assert (answer.papers, answer.pages) == ((), ("[]",))


def test_the_same_paper_on_two_pages_is_one(source):
    serve(source, [make_item()], [make_item()])
    answer = huggingface.fetch(DAY)
    assert len(answer.papers) == len(answer.notices) == 1


def test_a_token_goes_along_when_there_is_one(source, settings):
    serve(source)
    huggingface.fetch(DAY)
    settings.HF_TOKEN = "hf_secret"
    huggingface.fetch(DAY)
    seen = [request.headers.get("Authorization") for request, _ in source.log]
    assert seen == [None, "Bearer hf_secret"]


def test_a_source_that_ignores_the_page_number_is_asked_once_more_and_its_day_is_kept(source):
    items = [make_item(), make_item(id="2510.00001"), "no object"]
    source.expect_request("/api/daily_papers").respond_with_json(items)
    answer = huggingface.fetch(DAY)
    assert len(source.log) == 2
    assert [paper.rank for paper in answer.papers] == [1, 2]
    assert [len(json.loads(page)) for page in answer.pages] == [3]
    assert [str(notice) for notice in answer.notices] == ["page 2 lists nothing new"]


def test_pages_without_end_are_refused(source):
    serve(source, *([make_item(id=f"2510.{number:05}")] for number in range(30)))
    with pytest.raises(SourceError, match="too many items: still more after 20 pages"):
        huggingface.fetch(DAY)
    assert len(source.log) == 20


def test_more_than_1000_items_are_refused(source):
    serve(source, [make_item()] * 1001)
    with pytest.raises(SourceError, match="too many items: 1,001, limit 1,000"):
        huggingface.fetch(DAY)
    assert len(source.log) == 1


def test_pages_that_are_too_large_together_are_refused(source):
    serve(source, *[[make_item(invented="x" * 5 * 2**20)]] * 3)
    with pytest.raises(SourceError, match="response too large: limit 8 MiB"):
        huggingface.fetch(DAY)
    assert len(source.log) == 2


@pytest.mark.django_db
def test_a_failure_names_the_source_and_the_day(source):
    serve(source, {"error": "no"})
    with pytest.raises(SourceError) as failed:
        daily.fetch(huggingface.NAME, DAY)
    assert str(failed.value) == "huggingface 2025-10-07: expected a list, got object"
    assert (failed.value.source, failed.value.day) == ("huggingface", DAY)


@pytest.mark.django_db
def test_a_later_page_that_fails_fails_the_day(source):
    source.expect_request("/api/daily_papers", query_string={**QUERY, "p": "0"}).respond_with_json(
        [make_item()]
    )
    source.expect_request("/api/daily_papers", query_string={**QUERY, "p": "1"}).respond_with_data(
        "slow down", 429, {"RateLimit": '"api";r=0;t=90'}
    )
    with pytest.raises(SourceBusy, match=r"^huggingface 2025-10-07: localhost answered 429"):
        daily.fetch(huggingface.NAME, DAY)


def test_the_deadline_holds_over_all_pages(source, settings):
    settings.HTTP_DEADLINE_S = 0.0
    serve(source, [make_item()])
    with pytest.raises(SourceDown, match="no whole answer"):
        huggingface.fetch(DAY)


@pytest.mark.corpus
def test_every_recorded_day_is_read_whole(corpus):
    listed = 0
    papers = {}
    for file in sorted((corpus / "hf_daily").glob("*.json.gz")):
        items = json.loads(gzip.decompress(file.read_bytes()))
        reading = huggingface.parse(items)
        assert reading.refusals == ()
        listed += len(items)
        papers |= {paper.arxiv_id: paper for paper in reading.papers}
    assert (listed, len(papers)) == (5534, 5531)
    assert all(paper.abstract and paper.authors and paper.published_at for paper in papers.values())


@pytest.mark.corpus
def test_a_recorded_day_comes_through_a_socket_unchanged(source, corpus):
    items = json.loads(gzip.decompress((corpus / "hf_daily/2025-10-07.json.gz").read_bytes()))
    serve(source, items)
    answer = huggingface.fetch(DAY)
    assert [paper.arxiv_id for paper in answer.papers] == [item["paper"]["id"] for item in items]
    assert [paper.upvotes for paper in answer.papers] == [
        item["paper"]["upvotes"] for item in items
    ]
    assert json.loads(answer.pages[0]) == items


def test_upvotes_of_a_stored_answer_are_read_alone():
    page = '[{"paper": {"id": "2510.00001", "upvotes": 3}}, {"paper": {"id": "2510.00001"}}]'
    odd = (
        '[{"paper": {"id": "2510.00002", "upvotes": true}}, {"paper": {"id": 5, "upvotes": 1}}, 7]'
    )
    assert huggingface.upvotes([page, odd, "no JSON", "{}"]) == {"2510.00001": 3}
