"""OAI-PMH, the second way to what arXiv says: read whole or refused, in turn with all others."""

from datetime import UTC, date, datetime

import pytest
from werkzeug import Response

from papers.models import SourceState
from papers.sources import author_line, oai, oai_xml
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from tests.papers.sources.oai import (
    OAI,
    TAKEN_BACK,
    V1,
    V2,
    deleted,
    envelope,
    make_answer,
    make_error,
    make_record,
)

pytestmark = pytest.mark.django_db(transaction=True)

ID = "2510.05096"
OTHER = "2510.00001"
PATH = "/oai"


@pytest.fixture
def source(httpserver, settings):
    settings.ARXIV_OAI_URL = httpserver.url_for(PATH)
    settings.ARXIV_INTERVAL_S = 0
    return httpserver


def says(source, body, status=200, headers=None, **asked):
    request = source.expect_ordered_request(PATH, query_string=asked or None)
    request.respond_with_data(body, status, headers or {}, content_type="application/xml")


def one(record, asked=ID):
    [found] = oai._of_wanted(oai_xml.read(make_answer(record)).records, {asked}).papers
    return found


def test_a_record_has_what_the_query_api_tells(source):
    says(
        source,
        make_answer(
            make_record(
                ID,
                comments="12 pages,\n 3 figures",
                doi="10.1103/PhysRevB.85.1",
                journal_ref="B 85",
            )
        ),
        verb="GetRecord",
        identifier=f"oai:arXiv.org:{ID}",
        metadataPrefix="arXivRaw",
    )
    [record] = oai.fetch([ID]).papers
    assert (record.arxiv_id, record.version) == (ID, 2)
    assert (record.title, record.raw_title) == ("A Title in two lines", "A Title\n  in two lines")
    assert record.abstract == "An abstract\nin two lines."
    assert record.authors == ("Ada Lovelace", "Hong Gildong Jr.", "A. Turing")
    assert record.categories == ("cs.LG", "stat.ML")
    assert (record.comment, record.doi) == ("12 pages, 3 figures", "10.1103/PhysRevB.85.1")
    assert record.journal_ref == "B 85"
    assert record.published_at == datetime(2025, 10, 6, 17, 58, 2, tzinfo=UTC)
    assert record.updated_at == datetime(2025, 10, 9, 1, 2, 3, tzinfo=UTC)
    assert not record.withdrawal
    assert not record.perhaps_withdrawn


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("A. B. Smith, C. D. Jones Jr., E. F. King III and G. H. Lo",
         ["A. B. Smith", "C. D. Jones Jr.", "E. F. King III", "G. H. Lo"]),
        ("J. Doe (MIT (Boston, and more)), 홍길동 (KAIST)", ["J. Doe", "홍길동"]),
        ("The IceCube Collaboration: M. Ahlers, K. Andeen",
         ["The IceCube Collaboration", "M. Ahlers", "K. Andeen"]),
        ("Anders Andersson & Ferdinand Band", ["Anders Andersson", "Ferdinand Band"]),
        ("Ada (not closed, Bob", []),
        ("Ada Lovelace (MIT, Bob Jones (KAIST), Carol King", []),
        ("A. B AND C. D", ["A. B", "C. D"]),
        ("Smith, John; Doe, Jane", ["John Smith", "Jane Doe"]),
        ("Ada Lovelace; Bob Jones", ["Ada Lovelace", "Bob Jones"]),
        ("A. Doe and B. Roe, for the X and Y Collaboration",
         ["A. Doe", "B. Roe", "X and Y Collaboration"]),
        ("A. Doe (on behalf of the X Collaboration)", ["A. Doe"]),
        ("", []),
        (" , and ,", []),
    ],
)  # fmt: skip
def test_a_line_of_authors_is_their_names(line, names):
    assert author_line.names(line) == names


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (make_record(ID, header=f"oai:arXiv.org:{OTHER}"), "identifier: not asked for"),
        (make_record(OTHER, header=f"oai:arXiv.org:{ID}"), "id: not asked for"),
        (make_record(ID, header="oai:arXiv.org:../../x"), "is not an arXiv id"),
        (deleted(ID), "is deleted at arXiv"),
        (f"<record><header><identifier>oai:arXiv.org:{ID}</identifier></header></record>",
         "arXivRaw: missing"),
        (make_record(ID, title=None), "title: missing"),
        (make_record(ID, title="T" * 501), "501 chars, limit 500"),
        (make_record(ID, abstract="A" * 20_001), "20,001 chars, limit 20,000"),
    ],
)  # fmt: skip
def test_a_record_that_is_not_what_was_asked_for_is_refused(source, record, why):
    says(source, make_answer(make_record(OTHER)))
    says(source, make_answer(record))
    reading = oai.fetch([OTHER, ID])
    assert [paper.arxiv_id for paper in reading.papers] == [OTHER]
    [refusal] = reading.refusals
    assert why in str(refusal)


def test_odd_optional_fields_are_left_empty_with_a_notice(source):
    odd = make_record(
        ID,
        [("v1", "yesterday", "x", ""), ("vv", "", "", ""), ("v99999", "", "", "")],
        doi="no doi",
        categories="cs.LG <script> 68T50",
        authors=None,
        abstract=None,
    )
    says(source, make_answer(odd))
    reading = oai.fetch([ID])
    [record] = reading.papers
    assert (record.version, record.doi, record.authors, record.abstract) == (1, "", (), "")
    assert record.categories == ("cs.LG",)
    assert record.published_at is None
    fields = {notice.field for notice in reading.notices}
    assert {"abstract", "doi", "categories", "version v1", "version"} <= fields


def test_a_paper_without_versions_has_none(source):
    says(source, make_answer(make_record(ID, [])))
    [record] = oai.fetch([ID]).papers
    assert record.version is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (make_record(ID, [V1, TAKEN_BACK]), "version 2 is of the type I, which has no files"),
        (make_record(ID, [V1, (*V2[:3], "SI")]), "version 2 is of the type I"),
        (make_record(ID, [V1, (*V2[:2], "0kb", "")]), "version 2 has 0kb"),
        (make_record(ID, comments="This paper has been withdrawn by the authors"), "withdrawn by"),
        (make_record(ID, comments="Withdrawn; superseded by arXiv:2405.00001"), "Withdrawn"),
    ],
)  # fmt: skip
def test_a_withdrawal_is_only_said_to_be_possible(record, said):
    found = one(record)
    assert said in found.perhaps_withdrawn
    assert found.withdrawal == ""


@pytest.mark.parametrize(
    "versions",
    [
        [(*V1[:2], "0kb", "")],  # The size of a file of less than 1 kB.
        [(*V1[:2], "0kb", ""), (*V2[:2], "0kb", "")],
        [TAKEN_BACK[:1] + V1[1:], ("v3", V2[1], "9kb", "D")],
        [("v1", *TAKEN_BACK[1:]), V2],  # A withdrawn version that another followed.
    ],
)
def test_another_paper_without_size_is_not_withdrawn(versions):
    assert one(make_record(ID, versions)).perhaps_withdrawn == ""


def test_an_unknown_id_is_missing_and_another_error_is_told_of_its_paper(source):
    says(source, make_error("idDoesNotExist"))
    says(source, make_error("cannotDisseminateFormat", "no &lt;b&gt;such&lt;/b&gt; format"))
    says(source, make_answer(make_record(ID)))
    reading = oai.fetch([OTHER, "2510.00002", ID])
    assert [paper.arxiv_id for paper in reading.papers] == [ID]
    assert reading.missing == (OTHER,)
    [refusal] = reading.refusals
    assert str(refusal).startswith("2510.00002: OAI-PMH error cannotDisseminateFormat: no <b>")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not an answer of OAI-PMH"),
        (b"Rate exceeded", "not an answer of OAI-PMH"),
        (b"<!DOCTYPE html><title>Sorry</title>", "not an answer of OAI-PMH"),
        (b'<!DOCTYPE x [<!ENTITY e "boom">]><x>&e;</x>', "DOCTYPE refused"),
        (envelope("", "<!DOCTYPE OAI-PMH SYSTEM \"file:///etc/passwd\">"), "DOCTYPE refused"),
        (b'<OAI-PMH xmlns="http://evil.example/"/>', "not an answer of OAI-PMH: begins with"),
        (envelope("<Identify/>"), "neither records nor an error"),
        (f"<OAI-PMH {OAI}".encode() + b"".join(b' a%d="x"' % n for n in range(60)) + b"/>",
         "more than 50 attributes in one element"),
        (envelope("<a>" * 60 + "</a>" * 60), "more than 50 elements inside one another"),
        (envelope("<GetRecord>" + "<x/>" * 1_001 + "</GetRecord>"), "more than 1,000 elements <x>"),
        (envelope(f"<GetRecord>{'x' * 1_000_001}</GetRecord>"), "more than 1,000,000 characters"),
        ((f"<OAI-PMH {OAI}>" + "<GetRecord>").encode(), "not an answer of OAI-PMH"),
    ],
)  # fmt: skip
def test_hostile_and_foreign_xml_is_refused(source, body, why):
    says(source, body)
    with pytest.raises(SourceError) as refused:
        oai_xml.read(body)
    assert why in str(refused.value)
    if not isinstance(refused.value, oai_xml.NotOai):
        [refusal] = oai.fetch([ID]).refusals
        assert why in str(refusal)


def test_a_hostile_answer_costs_its_own_paper_alone(source):
    says(source, b'<!DOCTYPE x [<!ENTITY e "boom">]><x>&e;</x>')
    says(source, make_answer(make_record(ID)))
    reading = oai.fetch([OTHER, ID])
    assert [paper.arxiv_id for paper in reading.papers] == [ID]
    assert str(reading.refusals[0]) == f"{OTHER}: DOCTYPE refused"
    assert reading.unasked == ()


def test_an_answer_without_a_record_is_a_missing_paper(source):
    says(source, make_answer())
    assert oai.fetch([ID]).missing == (ID,)


@pytest.mark.parametrize(("status", "headers"), [(404, {}), (301, {"Location": "/oai2"})])
def test_an_interface_that_is_not_there_is_away(source, status, headers):
    says(source, b"", status, headers)
    with pytest.raises(SourceDown):
        oai.fetch([ID])


def test_a_deleted_record_ends_no_list(source):
    says(source, make_answer(deleted(OTHER), verb="ListRecords", token="more"))
    says(source, make_answer(make_record(ID), verb="ListRecords", token=""))
    first, second = oai.changed(date(2025, 10, 8), {ID, OTHER})
    assert "is deleted at arXiv" in str(first.refusals[0])
    assert [paper.arxiv_id for paper in second.papers] == [ID]


def test_a_page_of_maintenance_in_a_list_can_be_cured(source):
    says(source, b"<html>maintenance</html>")
    with pytest.raises(SourceDown, match="not an answer of OAI-PMH"):
        list(oai.changed(date(2025, 10, 8), {ID}))


def test_a_short_pause_in_a_list_is_waited_for_at_the_same_token(source):
    says(source, make_answer(verb="ListRecords", token="more"))
    says(source, b"", 503, {"Retry-After": "1"}, verb="ListRecords", resumptionToken="more")
    last = make_answer(make_record(ID), verb="ListRecords", token="")
    says(source, last, verb="ListRecords", resumptionToken="more")
    _, second = oai.changed(date(2025, 10, 8), {ID})
    assert [paper.arxiv_id for paper in second.papers] == [ID]


def test_a_token_that_fits_no_address_is_refused(source):
    says(source, make_answer(make_record(ID), verb="ListRecords", token="x" * 2_001))
    with pytest.raises(SourceError, match="a resumption token of 2,001 chars, limit 2,000"):
        list(oai.changed(date(2025, 10, 8), {ID}))


def test_a_list_is_read_page_by_page_and_only_for_the_wanted(source):
    first = make_answer(make_record(OTHER), make_record(ID), verb="ListRecords", token="t/1&2")
    says(source, first, verb="ListRecords", metadataPrefix="arXivRaw", **{"from": "2025-10-08"})
    last = make_answer(make_record("2510.00002"), verb="ListRecords", token="")
    says(source, last, verb="ListRecords", resumptionToken="t/1&2")
    pages = list(oai.changed(date(2025, 10, 8), {ID, "2510.00002"}))
    assert [[paper.arxiv_id for paper in page.papers] for page in pages] == [[ID], ["2510.00002"]]


def test_no_change_is_an_empty_list(source):
    says(source, make_error("noRecordsMatch"))
    [page] = oai.changed(date(2025, 10, 8), {ID})
    assert page.papers == ()


def test_an_expired_token_can_be_cured_by_beginning_again_and_keeps_what_came(source):
    says(source, make_answer(make_record(ID), verb="ListRecords", token="old"))
    says(source, make_error("badResumptionToken"))
    pages = oai.changed(date(2025, 10, 8), {ID})
    assert len(next(pages).papers) == 1
    source.expect_request(PATH).respond_with_data(make_error("badResumptionToken"))
    with pytest.raises(SourceDown, match="badResumptionToken"):
        next(pages)


def test_a_token_that_comes_twice_ends_the_list(source):
    again = make_answer(make_record(ID), verb="ListRecords", token="same")
    source.expect_request(PATH).respond_with_data(again)
    pages = oai.changed(date(2025, 10, 8), {ID})
    next(pages), next(pages)
    with pytest.raises(SourceError, match="a resumption token came twice"):
        next(pages)
    assert len(source.log) == 2


def test_a_list_without_end_is_ended(source):
    tokens = iter(range(1_000))

    def more(_):
        page = make_answer(make_record(ID), verb="ListRecords", token=f"t{next(tokens)}")
        return Response(page)

    source.expect_request(PATH).respond_with_handler(more)
    with pytest.raises(SourceError, match=f"still more after {oai.PAGES} pages"):
        list(oai.changed(date(2025, 10, 8), {ID}))
    assert len(source.log) == oai.PAGES


def test_a_503_that_names_its_time_pauses_this_way_alone(source):
    says(source, b"", 503, {"Retry-After": "120"})
    with pytest.raises(SourceBusy) as busy:
        oai.fetch([ID])
    assert SourceState.objects.get(source=oai.NAME).paused_until == busy.value.retry_at
    assert SourceState.objects.get(source="arxiv").paused_until is None
    with pytest.raises(SourceBusy, match="no request before"):
        oai.fetch([ID])
    assert len(source.log) == 1


def test_a_403_stops_all_of_arxiv(source):
    says(source, b"no", 403)
    with pytest.raises(SourceForbidden):
        oai.fetch([ID])
    assert SourceState.objects.get(source="arxiv").stopped


def test_what_came_before_an_error_is_kept_and_the_rest_is_named(source):
    says(source, make_answer(make_record(ID)))
    says(source, b"", 503, {"Retry-After": "120"})
    reading = oai.fetch([ID, OTHER, "2510.00002"])
    assert len(reading.papers) == 1
    assert reading.unasked == (OTHER, "2510.00002")


def test_no_redirect_leads_elsewhere(source):
    says(source, b"", 302, {"Location": "http://127.0.0.1:1/"})
    with pytest.raises(SourceError, match="redirect refused"):
        oai.fetch([ID])


def test_an_answer_is_bounded_by_what_a_record_can_have(source):
    says(source, make_answer(make_record(ID, comments="x" * 2_100_000)))
    [refusal] = oai.fetch([ID]).refusals
    assert "response too large: limit 2 MiB" in str(refusal)


def test_a_collaboration_of_3300_authors_is_read_whole(source):
    people = ", ".join(f"Ada {number}. Lovelace ({number % 90})" for number in range(3_300))
    says(source, make_answer(make_record(ID, authors=f"{people} ((1) KAIST, (2) MIT and more)")))
    [record] = oai.fetch([ID]).papers
    assert len(record.authors) == 3_300
    assert record.authors[-1] == "Ada 3299. Lovelace"


@pytest.mark.parametrize(
    "hostile", ["(" * 400_000, ", " * 200_000, "and " * 100_000, "a" * 400_000]
)
def test_a_hostile_line_of_authors_takes_no_time_that_grows_with_its_square(hostile):
    assert len(author_line.names(hostile)) <= 1
