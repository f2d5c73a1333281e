import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import arxiv_id


@pytest.mark.parametrize(
    "spelling",
    [
        "2510.06208",
        "  2510.06208\n",
        "2510.06208v3",
        "arXiv:2510.06208",
        "ARXIV: 2510.06208v12",
        "https://arxiv.org/abs/2510.06208",
        "http://www.arxiv.org/abs/2510.06208v1",
        "arxiv.org/pdf/2510.06208v2.pdf",
        "https://export.arxiv.org/abs/2510.06208?context=cs.LG",
        "https://arxiv.org/html/2510.06208v1#S3",
        "https://arxiv.org/abs/2510.06208/",
        "https://arxiv.org/ps/2510.06208",
        "https://ar5iv.org/abs/2510.06208",
        "https://www.semanticscholar.org/arxiv/2510.06208",
        "https://api.semanticscholar.org/arXiv:2510.06208",
        "https://scirate.com/arxiv/2510.06208",
        "https://ar5iv.labs.arxiv.org/html/2510.06208v2",
        "https://alphaxiv.org/overview/2510.06208",
        "https://www.alphaxiv.org/ko/overview/2510.06208",
        "https://huggingface.co/papers/2510.06208",
        "https://doi.org/10.48550/arXiv.2510.06208",
    ],
)
def test_every_spelling_of_an_id_is_one_value(spelling):
    assert arxiv_id.parse(spelling) == "2510.06208"


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("0704.0001", "0704.0001"),
        ("1412.9999v2", "1412.9999"),
        ("1501.00001", "1501.00001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("arXiv:hep-th/9901001v2", "hep-th/9901001"),
        ("https://arxiv.org/pdf/hep-th/9901001v1.pdf", "hep-th/9901001"),
        ("https://www.alphaxiv.org/ko/overview/hep-th/9901001", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("cond-mat.str-el/0703001", "cond-mat/0703001"),
        ("HEP-TH/9901001", "hep-th/9901001"),
    ],
)
def test_old_and_new_ids_follow_the_rules_of_their_time(spelling, canonical):
    assert arxiv_id.parse(spelling) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "paper",
        "2513.00001",  # month 13
        "2500.00001",
        "1501.0001",  # 4 digits after 2014
        "1412.00001",  # 5 digits before 2015
        "0703.0001",  # the new scheme began in April
        "2510.062088",
        "2510.06208v0",
        "2510.06208v",
        "2510.06208 2510.06209",
        "２５１０.０６２０８",
        "2510.0620٨",
        "2510.06208\x00",
        "2510.06208\u202e",
        "2510.06208/../../admin",
        "../2510.06208",
        "https://arxiv.org/abs/../2510.06208",
        "https://arxiv.org/list/2510.06208",
        "https://arxiv.org.evil.test/abs/2510.06208",
        "https://evil.test/arxiv.org/abs/2510.06208",
        "https://user@arxiv.org/abs/2510.06208",
        "javascript:2510.06208",
        "hep-th/0704001",  # the old scheme ended in March
        "hep-th/9913001",
        "hep-th/990100",
        "static/9901001",
        "hep-th/9901001/feed",
        "ſtat/9901001",
        " " * 1_000_000 + "2510.06208",
        None,
        2510.06208,
        True,
        ["2510.06208"],
        {"id": "2510.06208"},
    ],
)
def test_what_is_no_arxiv_id_is_refused(text):
    with pytest.raises(arxiv_id.InvalidArxivId, match=r"is not an arXiv id$") as refused:
        arxiv_id.parse(text)
    message = str(refused.value)
    assert len(message) < 200
    assert message.isprintable()


def test_the_refusal_shows_the_text_escaped_and_cut():
    with pytest.raises(arxiv_id.InvalidArxivId) as refused:
        arxiv_id.parse("한글\n\x00")
    assert str(refused.value) == r"'한글\n\x00' is not an arXiv id"


def _months(first: int, last: int) -> st.SearchStrategy[str]:
    """Return every YYMM between two months, both given as YYYYMM."""
    return st.integers(first, last).filter(lambda n: 1 <= n % 100 <= 12).map(lambda n: f"{n}"[2:])


def _numbers(digits: int) -> st.SearchStrategy[str]:
    return st.integers(0, 10**digits - 1).map(lambda n: f"{n:0{digits}}")


NEW = st.one_of(
    st.tuples(_months(200704, 201412), _numbers(4)).map(".".join),
    st.tuples(_months(201501, 209912), _numbers(5)).map(".".join),
)
OLD = st.tuples(
    st.sampled_from(["hep-th", "math", "cs", "cond-mat", "q-bio", "cmp-lg"]),
    st.tuples(_months(199101, 200703), _numbers(3)).map("".join),
).map("/".join)
IDS = st.one_of(NEW, OLD)


@given(IDS, st.sampled_from(["", "v1", "v27"]), st.sampled_from(["", "arXiv:", "arxiv.org/abs/"]))
def test_any_id_survives_any_spelling(canonical, version, prefix):
    assert arxiv_id.parse(f" {prefix}{canonical}{version} ") == canonical


@given(IDS)
def test_any_link_we_make_leads_back_to_its_id(canonical):
    links = [
        arxiv_id.abs_url(canonical),
        arxiv_id.alphaxiv_url(canonical, "ko"),
        arxiv_id.alphaxiv_url(canonical, "en"),
        arxiv_id.huggingface_url(canonical),
    ]
    assert {arxiv_id.parse(link) for link in links} == {canonical}


@given(IDS)
def test_the_address_pattern_takes_every_canonical_id(canonical):
    assert re.fullmatch(arxiv_id.PATTERN, canonical)


@given(st.one_of(st.text(), st.from_regex(re.compile(r"[a-z-]+/\d{7}|\d{4}\.\d{4,5}(v\d+)?"))))
def test_what_is_taken_is_canonical_and_stays_itself(text):
    try:
        canonical = arxiv_id.parse(text)
    except arxiv_id.InvalidArxivId:
        return
    assert re.fullmatch(arxiv_id.PATTERN, canonical)
    assert arxiv_id.parse(canonical) == canonical


def test_the_address_pattern_takes_nothing_but_a_canonical_id():
    for text in ("2510.06208v1", "math.GT/0309136", "2513.00001", "arXiv:2510.06208", "2510"):
        assert not re.fullmatch(arxiv_id.PATTERN, text)


def test_links_are_built_from_the_id_and_the_settings(settings):
    settings.ARXIV_URL = "https://mirror.test"
    assert arxiv_id.abs_url("hep-th/9901001") == "https://mirror.test/abs/hep-th/9901001"
    settings.ALPHAXIV_URL = "https://www.alphaxiv.org"
    assert (
        arxiv_id.alphaxiv_url("2510.06208", "ko")
        == "https://www.alphaxiv.org/ko/overview/2510.06208"
    )
    assert (
        arxiv_id.alphaxiv_url("2510.06208", "en") == "https://www.alphaxiv.org/overview/2510.06208"
    )
    settings.HUGGINGFACE_URL = "https://huggingface.co"
    assert arxiv_id.huggingface_url("2510.06208") == "https://huggingface.co/papers/2510.06208"


@pytest.mark.parametrize(
    ("canonical", "month"),
    [
        ("2510.06208", "2025-10-01"),
        ("0704.0001", "2007-04-01"),
        ("hep-th/9901001", "1999-01-01"),
        ("math/0309136", "2003-09-01"),
        ("math/0399136", "2003-01-01"),
    ],
)
def test_an_id_begins_with_its_month(canonical, month):
    assert arxiv_id.month_of(canonical).isoformat() == month


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("See [it](https://hf.co/papers/2510.06208), or arXiv:hep-th/9901001v2.", 2),
        ("https://arxiv.org/pdf/2510.06208v2.pdf에서 arXiv:2510.06209", 2),
        ("2510.06208 won 2510.06209 votes", 0),
        ("https://arxiv.org.evil.test/abs/2510.06208", 0),
        ("https://evil.test/arxiv.org/abs/2510.06208 or notarxiv.org/abs/2510.06208", 0),
        ("https://user@arxiv.org/abs/2510.06208 arXiv:2510.062088", 0),
    ],
)
def test_ids_are_found_in_text_by_their_addresses(text, ids):
    assert len(list(arxiv_id.found(text))) == ids


def test_what_is_found_reaches_from_the_address_to_the_version():
    text = "(https://arxiv.org/abs/math.GT/0309136v3)"
    assert list(arxiv_id.found(text)) == [(1, len(text) - 1, "math/0309136")]


def test_a_megabyte_that_names_no_id_is_read_at_once():
    assert not list(arxiv_id.found("https://arxiv.org/abs/" * 50_000))
