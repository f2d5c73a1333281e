"""Every path under which a static host served a post."""

from dataclasses import replace
from datetime import UTC, date, datetime
from unicodedata import normalize
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from digest.jekyll.files.addresses.old_paths import MAX_CHARS, MAX_LISTED, faults, old_paths
from digest.jekyll.files.addresses.permalinks import address, feed_id
from digest.jekyll.files.document import Document

SEOUL = ZoneInfo("Asia/Seoul")


def post(slug="x", **keys):
    return Document(
        day=date(2025, 3, 5),
        slug=slug,
        title="Day",
        published_at=datetime(2025, 3, 5, 8, 15, tzinfo=SEOUL),
        front_matter=tuple(keys.items()),
    )


@pytest.mark.parametrize("written", ["/old/day", "/old/day/", "/old/day.html", "old/day.html"])
@pytest.mark.parametrize("key", ["permalink", "redirect_from"])
def test_an_address_leads_here_in_each_spelling_that_a_host_served(key, written):
    paths = old_paths(post(**{key: written}), "date")
    assert {"/old/day", "/old/day/", "/old/day.html", "/old/day/index.html"} <= set(paths)


def test_the_posts_own_address_comes_first():
    assert old_paths(post(), "date")[0] == "/2025/03/05/x.html"
    assert old_paths(post(permalink="/one/"), "date")[0] == "/one/"
    assert old_paths(post(permalink="/one/index.html"), "date")[:2] == ("/one/index.html", "/one")


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("redirect_from", "/a/"),
        ("redirect_from", ["/a/", "/b"]),
        ("aliases", ["/a/"]),
        ("alias", "/a"),
        ("url", "/a"),
    ],
)
def test_older_addresses_are_a_text_or_a_list(key, written):
    assert "/a" in old_paths(post(**{key: written}), "date")


def test_an_alias_that_is_another_name_is_no_address():
    named = post(aliases=["Attention paper", "GPT"], url="https://example.org/x")
    assert len(old_paths(named, "date")) == 4
    assert faults(named.front_matter) == []


@pytest.mark.parametrize(
    "written",
    [
        "//evil.example/x",
        "/%2Fevil.example/x",
        "https://evil.example/x",
        "javascript:alert(1)",
        "/\\evil.example",
        "/a?b=c",
        "/a#b",
        "/../admin/",
        "/a/%2e%2e/b",
        "/a\x00b",
        "/a%0d%0aSet-Cookie:b",
    ],
)
def test_what_is_no_path_of_the_old_blog_is_left_out_and_named(written):
    document = post(redirect_from=[written, "/fine"])
    assert len(old_paths(document, "date")) == 8
    ((key, reason),) = faults(document.front_matter)
    assert key == "redirect_from"
    assert reason == f"{written!r} is no path of the old blog: left out"


def test_a_permalink_that_jekyll_does_not_take_is_named():
    document = post(permalink="/:nothing/")
    assert faults(document.front_matter) == [
        ("permalink", "no address of Jekyll, the usual one is taken")
    ]
    assert old_paths(document, "date")[0] == "/2025/03/05/x.html"


@pytest.mark.parametrize("written", ["/%00" + "가" * 60, "/a%0d%0ab", "/a?b", "/%2Fevil.example"])
def test_a_permalink_is_looked_at_as_an_older_address_is(written):
    document = post(permalink=written)
    assert faults(document.front_matter) == [
        ("permalink", "no address of Jekyll, the usual one is taken")
    ]
    assert old_paths(document, "date")[0] == "/2025/03/05/x.html"


def test_a_category_that_fits_in_no_path_makes_none():
    assert old_paths(post(categories=["\x00" + "가" * 60]), "date") == ()


def test_a_file_with_too_many_addresses_keeps_the_first_and_says_so():
    document = post(redirect_from=[f"/{number}" for number in range(1_000)])
    assert len(old_paths(document, "date")) == 4 * (MAX_LISTED + 1)
    ((_, reason),) = faults(document.front_matter)
    assert reason == f"over {MAX_LISTED} addresses: the others left out"


def test_values_that_are_no_text_are_passed_over():
    assert len(old_paths(post(redirect_from=[None, 5, {"a": 1}, ""], aliases=True), "date")) == 4


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("encoded", [False, True])
def test_a_korean_address_is_one_in_any_form(form, encoded):
    written = normalize(form, "/글/논문/")
    if encoded:
        written = "".join(f"%{byte:02x}" for byte in written.encode()).replace("%2f", "/")
    paths = old_paths(post(redirect_from=written), "date")
    assert "/%EA%B8%80/%EB%85%BC%EB%AC%B8/" in paths
    assert len(paths) == 8


def test_a_long_korean_address_is_stored_as_it_reads():
    path = f"/{'논문' * 40}/"
    stored = old_paths(post(redirect_from=path), "date")
    assert path in stored
    assert all(len(each) <= MAX_CHARS for each in stored)
    assert len(old_paths(post(redirect_from=f"/{'가' * 300}"), "date")) == 4


@pytest.mark.parametrize("written", ["/feed.xml", "/papers/x.pdf"])
def test_a_file_of_another_kind_has_one_spelling(written):
    assert len(old_paths(post(redirect_from=written), "date")) == 5


def test_a_version_number_is_no_suffix():
    paths = old_paths(post("gpt-4-1", permalink="/gpt-4.1"), "date")
    assert paths == ("/gpt-4.1", "/gpt-4.1/", "/gpt-4.1.html", "/gpt-4.1/index.html")


def test_the_root_of_the_old_blog_has_no_other_spelling():
    assert old_paths(post(permalink="/"), "date") == ("/",)


def test_folders_are_categories_before_those_of_the_front_matter():
    filed = replace(post(categories="ML papers", category="x"), folders=("papers", "Daily News"))
    assert address(filed, "date") == "/papers/daily%20news/ml/x/2025/03/05/x.html"
    assert address(replace(post(), folders=("papers",)), "none") == "/papers/x.html"


def test_the_slug_in_the_address_is_that_of_the_name():
    named = replace(post("gpt-4-1"), written_slug="gpt-4.1")
    assert address(named, "date") == "/2025/03/05/gpt-4.1.html"
    spaced = replace(post("논문-리뷰"), written_slug="논문 리뷰")
    assert unquote(address(spaced, "pretty")) == "/2025/03/05/논문-리뷰/"
    assert old_paths(named, "pretty")[0] == "/2025/03/05/gpt-4.1/"


def test_a_morning_in_seoul_stood_under_the_day_before_where_the_blog_was_built_in_utc():
    assert old_paths(post(), "date", UTC)[0] == "/2025/03/04/x.html"
    site = "https://blog.example.org"
    assert feed_id(post(), "date", site, UTC) == f"{site}/2025/03/04/x"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("ordinal", "/2025/064/x.html"),
        ("weekdate", "/2025/W10/Wed/x.html"),
        ("none", "/x.html"),
        ("/:short_month-:long_month/:long_day/:w_year-:w_day/", "/Mar-March/Wednesday/2025-3/"),
    ],
)
def test_the_other_styles_of_jekyll(style, expected):
    assert address(post(), style) == expected
