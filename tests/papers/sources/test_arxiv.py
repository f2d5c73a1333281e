"""arXiv's Atom is read whole or refused with a reason. Requests keep to arXiv's terms."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Request, Response

from papers.models import SourceState
from papers.sources import arxiv
from papers.sources.atom import NotAtom
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from papers.text.cleaning import fold
from tests.papers.sources.atom import ATOM, ID, error_feed, make_entry, make_feed

OTHER = "2510.00001"


def one(entry):
    [record] = arxiv.parse(make_feed(entry), [ID]).papers
    return record


def refusal_of(entry):
    """Return what is said about an entry that stands beside a good one."""
    reading = arxiv.parse(make_feed(make_entry(OTHER), entry), [ID, OTHER])
    assert [record.arxiv_id for record in reading.papers] == [OTHER]
    [refusal] = reading.refusals
    return str(refusal)


def test_an_entry_becomes_a_record():
    record = one(
        make_entry(
            more="<author><name>Ada Lovelace</name>"
            "<arxiv:affiliation>X</arxiv:affiliation></author>"
            "<author><name>홍 길동</name></author>"
            '<category term="stat.ML"/><category term="cs.LG"/><category term="68T50"/>'
            '<category term="I.2.7"/><category term="Primary 05C55, 05D10"/>'
            '<arxiv:primary_category term="cs.LG"/>'
            "<arxiv:comment>12 pages,\n  3 figures</arxiv:comment>"
            "<arxiv:doi>10.1103/PhysRevB.85.115117</arxiv:doi>"
            "<arxiv:journal_ref>Phys. Rev. B 85</arxiv:journal_ref>"
        )
    )
    assert record == arxiv.ArxivRecord(
        arxiv_id=ID,
        version=2,
        title="A Title in two lines",
        raw_title="A Title\n  in two lines",
        abstract="An abstract\nin two lines.",
        authors=("Ada Lovelace", "홍 길동"),
        categories=("cs.LG", "stat.ML"),
        comment="12 pages, 3 figures",
        doi="10.1103/PhysRevB.85.115117",
        journal_ref="Phys. Rev. B 85",
        published_at=datetime(2025, 10, 6, 17, 58, 2, tzinfo=UTC),
        updated_at=datetime(2025, 10, 9, 1, 2, 3, tzinfo=UTC),
        withdrawal="",
    )


def test_all_but_id_and_title_may_be_missing():
    reading = arxiv.parse(
        make_feed(make_entry(version="", summary=None, published=None, updated=None)), [ID]
    )
    [record] = reading.papers
    assert (record.version, record.abstract, record.authors) == (None, "", ())
    assert (record.published_at, record.updated_at, record.categories) == (None, None, ())
    assert [str(notice) for notice in reading.notices] == [f"item 1 ({ID}): summary: no abstract"]


@pytest.mark.parametrize(
    "title",
    ["0", "<think> and <1 GB", "a<b>c", "AT&amp;T", "$\\text{T}^2$", "`x` P(y|x) \\$ [n]", "한글"],
)
def test_a_title_is_text_and_stays_as_it_is(title):
    assert one(make_entry(title=title)).title == title


def test_hidden_characters_are_removed():
    record = one(make_entry(title="a\u202eb\u200bc", summary="\u2066x\ufeff"))
    assert (record.title, record.abstract) == ("abc", "x")


@pytest.mark.parametrize(
    ("spelled", "version"),
    [
        (f"http://arxiv.org/abs/{ID}", None),
        (f"https://arxiv.org/abs/{ID}v11", 11),
        (f"  http://export.arxiv.org/abs/{ID}v1\n", 1),
    ],
)
def test_an_id_is_read_with_its_version(spelled, version):
    assert one(make_entry(id=spelled)).version == version


def test_an_old_style_id_is_an_id():
    feed = make_feed(make_entry("math.GT/0309136"), make_entry("hep-th/9901001"))
    reading = arxiv.parse(feed, ["math/0309136", "hep-th/9901001"])
    assert [record.arxiv_id for record in reading.papers] == ["math/0309136", "hep-th/9901001"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (make_entry(id=None), "item 2: id: missing"),
        (make_entry(id="https://evil.test/x"), "item 2: id: 'https://evil.test/x' is not an arXiv"),
        (make_entry("2513.00001"), "item 2: id: 'http://arxiv.org/abs/2513.00001v2' is not an"),
        (make_entry("2401.00001"), "item 2 (2401.00001): id: not asked for"),
        (make_entry(title=None), f"item 2 ({ID}): title: missing"),
        (make_entry(title=" \u200b "), f"item 2 ({ID}): title: missing"),
        (make_entry(title="x" * 501), f"item 2 ({ID}): title: 501 chars, limit 500"),
        (make_entry(summary="x" * 20_001), f"item 2 ({ID}): summary: 20,001 chars, limit 20,000"),
    ],
)
def test_a_bad_entry_is_refused_and_the_others_stay(entry, message):
    assert refusal_of(entry).startswith(message)


def test_texts_at_their_limits_are_kept():
    record = one(make_entry(title="x" * 500, summary="y" * 20_000))
    assert (len(record.title), len(record.abstract)) == (500, 20_000)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"published": "yesterday"}, "published"),
        ({"published": "1066-10-14T00:00:00Z"}, "published"),
        ({"updated": "2999-01-01T00:00:00Z"}, "updated"),
        ({"more": "<author/>"}, "author"),
        ({"more": f"<author><name>{'x' * 201}</name></author>"}, "author"),
        ({"more": "<arxiv:doi>see the journal</arxiv:doi>"}, "arxiv:doi"),
        ({"more": "<arxiv:doi>javascript:alert(1)</arxiv:doi>"}, "arxiv:doi"),
        ({"more": f"<arxiv:comment>{'x' * 2001}</arxiv:comment>"}, "arxiv:comment"),
        ({"more": '<category term="x&lt;script>"/>'}, "category"),
    ],
)
def test_an_odd_field_is_left_empty_with_a_notice(fields, field):
    reading = arxiv.parse(make_feed(make_entry(**fields)), [ID])
    [notice] = reading.notices
    assert (notice.field, notice.arxiv_id, len(reading.papers)) == (field, ID, 1)
    record = reading.papers[0]
    assert not record.authors
    assert not record.doi
    assert not record.comment
    assert not record.categories


def test_of_several_dois_the_first_counts():
    assert one(make_entry(more="<arxiv:doi>10.1/x 10.1000/a</arxiv:doi>")).doi == ""
    assert one(make_entry(more="<arxiv:doi>10.1000/a 10.1000/b</arxiv:doi>")).doi == "10.1000/a"


def test_of_the_same_id_the_first_entry_counts():
    feed = make_feed(make_entry(title="first"), make_entry(title="second"))
    reading = arxiv.parse(feed, [ID])
    assert [record.title for record in reading.papers] == ["first"]
    assert [str(notice) for notice in reading.notices] == [
        f"item 2 ({ID}): id: listed before as item 1, which counts"
    ]


def test_what_may_be_a_withdrawal_is_told_apart():
    more = "<arxiv:comment>Withdrawn; superseded by arXiv:2405.00001</arxiv:comment>"
    reading = arxiv.parse(make_feed(make_entry(more=more)), [ID])
    words = "Withdrawn"
    paper = reading.papers[0]
    assert (paper.withdrawal, paper.perhaps_withdrawn) == ("", words)
    assert reading.notices[0].reason == f"perhaps withdrawn: {words}"


def test_a_withdrawal_is_told_with_its_words():
    more = "<arxiv:comment>9 pages. This paper has been withdrawn by the author</arxiv:comment>"
    reading = arxiv.parse(make_feed(make_entry(more=more)), [ID])
    words = "This paper has been withdrawn by the author"
    assert reading.papers[0].withdrawal == words
    assert reading.notices[0].reason == f"withdrawn: {words}"


def test_links_of_the_feed_are_not_looked_at():
    entry = make_entry(more='<link href="javascript:alert(1)" rel="alternate"/>')
    assert "javascript" not in repr(one(entry))


def test_ids_without_an_entry_are_named():
    reading = arxiv.parse(make_feed(make_entry()), [OTHER, ID, "2401.00001"])
    assert reading.missing == (OTHER, "2401.00001")


def test_a_refused_entry_is_not_missing_too():
    feed = make_feed(make_entry(), make_entry(OTHER, title=None))
    reading = arxiv.parse(feed, [ID, OTHER])
    assert (len(reading.refusals), reading.missing) == (1, ())


def test_no_entry_at_all_is_a_failure():
    with pytest.raises(SourceError, match=rf"^no entry for {ID}$") as failed:
        arxiv.parse(make_feed(), [ID])
    assert not isinstance(failed.value, SourceDown)
    with pytest.raises(SourceError, match=r"^no entry for 1, 2, 3, 4, 5 and 95 more$"):
        arxiv.parse(make_feed(), [str(n) for n in range(1, 101)])


def test_an_empty_page_of_something_may_be_cured_by_time():
    with pytest.raises(SourceDown, match=rf"^no entry for {ID}: an empty page, of 7 results$"):
        arxiv.parse(make_feed(total=7), [ID])


def test_nothing_but_refusals_is_a_failure():
    with pytest.raises(SourceError, match=r"^every item refused \(1\); the first: item 1 .*asked"):
        arxiv.parse(make_feed(make_entry(OTHER)), [ID])


def test_an_error_feed_is_told_in_arxivs_words():
    with pytest.raises(SourceError) as failed:
        arxiv.parse(error_feed("incorrect id format\n for abc"), [ID])
    assert str(failed.value) == "incorrect id format for abc"
    with pytest.raises(SourceError, match=r"^an error, untold$"):
        arxiv.parse(error_feed(""), [ID])


def test_too_many_entries_are_refused():
    with pytest.raises(SourceError, match=r"^too many items: 1,001, limit 1,000$"):
        arxiv.parse(make_feed(*["<entry/>"] * 1001), [ID])


BOMB = b"".join(
    b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10)
)
DOCTYPES = [
    b"<!DOCTYPE feed>",
    b'<!DOCTYPE feed SYSTEM "http://evil.test/x.dtd">',
    b'<!DOCTYPE feed [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE feed [<!ENTITY e0 "ha">' + BOMB + b"]>",
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_doctype_is_refused(doctype, encoding):
    start = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = start + doctype.decode() + make_feed(make_entry()).decode().split("?>")[1]
    with pytest.raises(SourceError, match=r"^DOCTYPE refused$"):
        arxiv.parse(text.encode(encoding), [ID])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\x00\xff",
        b"/etc/passwd",
        b"http://127.0.0.1/",
        b"Sorry, we are down for maintenance.",
        b"<!DOCTYPE html><html><body>Sorry<br></body></html>",
        b"<!doctype html><title>Sorry",
        b"<html><body/></html>",
        b'{"feed": []}',
        make_feed(make_entry())[:-1],
        make_feed(make_entry()) + b"<feed/>",
        make_feed(make_entry(more="<b>")),
        make_feed(make_entry(more="&nbsp;")),
        make_feed(make_entry(more="\x07")),
        make_feed(make_entry()).replace(b"</title>", b"\xff</title>"),
        make_feed(make_entry()).replace(b"UTF-8", b"utf-7"),
        make_feed(make_entry()).replace(b"UTF-8", b"klingon"),
        make_feed(make_entry()).replace(ATOM.encode(), b""),
        make_feed(make_entry()).replace(ATOM.encode(), b'xmlns="urn:else"'),
        make_feed(make_entry()).replace(ATOM.encode(), b'xmlns="http://purl.org/atom/ns#"'),
        make_entry().encode(),
        b'<rss version="2.0"><channel><item><title>x</title></item></channel></rss>',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_no_atom_feed_is_refused(body):
    with pytest.raises(NotAtom, match=r"^not an Atom feed") as refused:
        arxiv.parse(body, [ID])
    assert len(str(refused.value)) < 300


# XML may hold no controls and not these two (https://www.w3.org/TR/xml/#charsets).
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"),
    max_size=30,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "title", "summary", "published", "updated", "rights", "content"]),
        TEXT,
    ),
    st.lists(
        st.sampled_from(
            [
                "<author/>",
                "<author><email>x</email></author>",
                "<category/>",
                '<category term=""/>',
                "<arxiv:primary_category/>",
                "<arxiv:doi/>",
                "<link/>",
                '<title type="xhtml"><p>x</p></title>',
                '<summary type="html">&lt;p&gt;</summary>',
                '<content type="application/octet-stream">AA=</content>',
                "<arxiv:announce_type>new</arxiv:announce_type>",
                "<x/>",
            ]
        )
    ),
)
def test_no_entry_does_more_than_lose_itself(texts, more):
    entry = make_entry(more="".join(more), **texts)
    reading = arxiv.parse(make_feed(make_entry(OTHER), entry), [ID, OTHER])
    assert reading.papers[0].arxiv_id == OTHER
    assert len(reading.papers) + len(reading.refusals) == 2


# Recorded responses.


ATOM_NS = "{http://www.w3.org/2005/Atom}"
ARXIV_NS = "{http://arxiv.org/schemas/atom}"


def manifest(corpus):
    return json.loads((corpus / "arxiv_api" / "MANIFEST.json").read_text())


def ids_of(entry):
    text = entry.findtext(f"{ATOM_NS}id") or ""
    return re.sub(r"v\d+$", "", re.sub(r"^.*(?:/abs/|arXiv\.org:)", "", text))


def mended(text):
    """Return the text as feedparser reads it.

    The recordings hold UTF-8 read as Latin-1, and feedparser repairs titles and abstracts.
    """
    with suppress(UnicodeError):
        return text.encode("latin-1").decode()
    return text


def check_against_its_source(record, entry):
    """Compare the record with a second reading of the XML, by another library."""

    def text(name, space=ATOM_NS):
        return fold(mended(entry.findtext(f"{space}{name}") or ""))

    def extra(name):
        return text(name, ARXIV_NS)

    def moment(name):
        return datetime.fromisoformat(text(name)).astimezone(UTC)

    names = entry.findall(f"{ATOM_NS}author/{ATOM_NS}name")
    assert record.title == text("title")
    assert fold(record.abstract) == text("summary")
    assert list(record.authors) == [fold(name.text) for name in names]
    assert (record.comment, record.journal_ref) == (extra("comment"), extra("journal_ref"))
    assert record.doi == extra("doi").split(" ")[0]
    assert (record.published_at, record.updated_at) == (moment("published"), moment("updated"))
    primary = entry.find(f"{ARXIV_NS}primary_category").get("term")
    assert record.categories[0] == primary
    version = re.search(r"v(\d+)$", text("id"))
    assert record.version == (int(version[1]) if version else None)


@pytest.mark.corpus
def test_every_recorded_query_is_read_as_its_manifest_says(corpus):
    seen = 0
    for known in manifest(corpus):
        if known["kind"] != "query-atom" or known["status"] == 400 or not known["entries"]:
            continue
        feed = (corpus / "arxiv_api" / known["file"]).read_bytes()
        entries = ElementTree.fromstring(feed).findall(f"{ATOM_NS}entry")
        asked = [ids_of(entry) for entry in entries]
        reading = arxiv.parse(feed, asked)
        assert len(reading.papers) == known["entries"], known["file"]
        assert (reading.refusals, reading.notices, reading.missing) == ((), (), ())
        for record, entry in zip(reading.papers, entries, strict=True):
            check_against_its_source(record, entry)
        for element in ("comment", "doi", "journal_ref"):
            told = any(getattr(record, element) for record in reading.papers)
            assert told == (f"arxiv:{element}" in known["has"]), known["file"]
        seen += 1
    assert seen == 17


@pytest.mark.corpus
def test_a_recorded_id_that_arxiv_does_not_know_has_no_entry(corpus):
    feed = (corpus / "arxiv_api/arxivpy2026_id_0000.0000_s0_m100.xml").read_bytes()
    with pytest.raises(SourceError, match=r"^no entry for 0000\.0000$"):
        arxiv.parse(feed, ["0000.0000"])


@pytest.mark.corpus
def test_a_recorded_error_is_told_in_arxivs_words(corpus):
    feed = (corpus / "arxiv_api/arxivpy2026_id_abc_s0_m100.xml").read_bytes()
    with pytest.raises(SourceError, match=r"^incorrect id format for abc$"):
        arxiv.parse(feed, ["abc"])


@pytest.mark.corpus
def test_a_recorded_announcement_is_read_without_its_dates(corpus):
    feed = (corpus / "arxiv_api/atomfeed2025_cs.AI.xml").read_bytes()
    entries = ElementTree.fromstring(feed).findall(f"{ATOM_NS}entry")
    reading = arxiv.parse(feed, [ids_of(entry) for entry in entries])
    assert (len(reading.papers), reading.refusals, reading.notices) == (7, (), ())
    first = reading.papers[0]
    assert (first.arxiv_id, first.version) == ("2508.13426", 1)
    assert first.abstract.startswith("As large language models (LLMs) increasingly")
    assert first.authors == ("Chunhua Liu", "Kabir Manandhar Shrestha", "Sukai Huang")
    assert first.categories == ("cs.CL", "cs.AI")
    assert {(record.published_at, record.updated_at) for record in reading.papers} == {(None, None)}
    assert not any(record.abstract.startswith("arXiv:") for record in reading.papers)


@pytest.mark.corpus
def test_other_recorded_kinds_are_refused_with_their_reason(corpus):
    """OAI-PMH and RSS are other protocols: nothing here asks for them."""
    reasons = {
        "oai-pmh": "not an Atom feed: begins with <http://www.openarchives.org/OAI/2.0/ OAI-PMH>",
        "rss-spec": "not an Atom feed: not well-formed (invalid token): line 1, column 1",
    }
    refused = [known for known in manifest(corpus) if known["kind"] in reasons]
    assert len(refused) == 11
    for known in refused:
        with pytest.raises(NotAtom) as error:
            arxiv.parse((corpus / "arxiv_api" / known["file"]).read_bytes(), [ID])
        assert str(error.value) == reasons[known["kind"]]


# Over a socket.


@pytest.fixture
def source(httpserver, settings, transactional_db):
    """Return a local server that plays arXiv, without a pause between requests."""
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_INTERVAL_S = 0.0
    settings.HTTP_RETRY_WAIT_S = 0.001
    return httpserver


def serve(source):
    """Respond to each request with an entry for each id in it, except the unknown ones."""

    def answer(request: Request) -> Response:
        ids = request.args["id_list"].split(",")[: int(request.args["max_results"])]
        known = [make_entry(each) for each in ids if not each.startswith("2401")]
        return Response(make_feed(*known), content_type="application/atom+xml")

    source.expect_request("/api/query").respond_with_handler(answer)


def fetch(*ids):
    return list(arxiv.fetch(ids or [ID]))


def test_papers_are_asked_for_by_the_hundred(source):
    serve(source)
    ids = [f"2510.{number:05}" for number in range(1, 251)]
    readings = fetch(*ids, *ids[:10])
    assert [len(reading.papers) for reading in readings] == [100, 100, 50]
    assert [record.arxiv_id for reading in readings for record in reading.papers] == ids
    sizes = [int(request.args["max_results"]) for request, _ in source.log]
    assert sizes == [100, 100, 50]


def test_nothing_is_asked_for_nothing(source):
    assert list(arxiv.fetch([])) == []
    assert source.log == []


def test_a_batch_names_what_arxiv_does_not_know(source):
    serve(source)
    [reading] = fetch(ID, "2401.00001", "hep-th/9901001")
    assert [record.arxiv_id for record in reading.papers] == [ID, "hep-th/9901001"]
    assert reading.missing == ("2401.00001",)


def test_an_error_that_comes_with_400_is_told_in_arxivs_words(source):
    body = error_feed("incorrect id format for abc")
    source.expect_request("/api/query").respond_with_data(body, 400)
    with pytest.raises(SourceError) as failed:
        fetch()
    assert str(failed.value) == "arxiv: incorrect id format for abc"
    assert len(source.log) == 1


def test_a_400_without_an_error_feed_is_refused_all_the_same(source):
    source.expect_request("/api/query").respond_with_data(make_feed(make_entry()), 400)
    with pytest.raises(SourceError, match=r"^arxiv: refused the request: status 400"):
        fetch()


def test_html_in_place_of_atom_is_refused_and_shown(source):
    body = "<!DOCTYPE html><html><body>Sorry</body></html>"
    source.expect_request("/api/query").respond_with_data(body, content_type="text/html")
    with pytest.raises(NotAtom) as failed:
        fetch()
    assert str(failed.value) == (
        f"arxiv: not an Atom feed; status 200, content type text/html, begins {body.encode()!r}"
    )
    assert len(source.log) == 1


def test_what_time_cures_is_asked_again(source):
    source.expect_ordered_request("/api/query").respond_with_data("sorry", 503)
    source.expect_ordered_request("/api/query").respond_with_data(make_feed(total=1))
    source.expect_ordered_request("/api/query").respond_with_data(make_feed(make_entry()))
    assert len(fetch()[0].papers) == 1
    assert len(source.log) == 3


def test_arxiv_that_stays_unwell_is_asked_four_times(source):
    source.expect_request("/api/query").respond_with_data("sorry", 500)
    with pytest.raises(SourceDown, match=r"^arxiv: localhost answered 500"):
        fetch()
    assert len(source.log) == 4


@pytest.mark.parametrize(
    ("status", "headers"), [(200, {}), (429, {}), (503, {}), (429, {"Retry-After": "60"})]
)
def test_a_rate_that_was_exceeded_pauses_arxiv_for_all(source, status, headers):
    source.expect_request("/api/query").respond_with_data("Rate exceeded.", status, headers)
    with pytest.raises(SourceBusy) as busy:
        fetch()
    assert SourceState.objects.get(source="arxiv").paused_until == busy.value.retry_at
    with pytest.raises(SourceBusy, match=r"^arxiv: no request before 20") as again:
        fetch()
    assert again.value.retry_at == busy.value.retry_at
    assert len(source.log) == 1


def test_being_turned_away_stops_arxiv_until_a_person_resumes_it(source):
    source.expect_ordered_request("/api/query").respond_with_data("Access denied", 403)
    source.expect_ordered_request("/api/query").respond_with_data(make_feed(make_entry()))
    with pytest.raises(SourceForbidden, match=r"^arxiv: localhost refused the request: status 403"):
        fetch()
    for _ in range(3):
        with pytest.raises(SourceForbidden, match=r"^arxiv: stopped until a person.*status 403"):
            fetch()
    assert len(source.log) == 1
    SourceState.objects.get(source="arxiv").resume()
    assert len(fetch()[0].papers) == 1


def test_a_later_batch_that_fails_leaves_the_earlier_ones(source):
    ids = [f"2510.{number:05}" for number in range(1, 102)]
    first = make_feed(*map(make_entry, ids[:100]))
    source.expect_ordered_request("/api/query").respond_with_data(first)
    source.expect_ordered_request("/api/query").respond_with_data(make_feed())
    readings = arxiv.fetch(ids)
    assert len(next(readings).papers) == 100
    with pytest.raises(SourceError, match=r"^arxiv: no entry for 2510\.00101$"):
        next(readings)
