"""Paths and feed ids as Jekyll 4, jekyll-feed and the Chirpy theme make them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.jekyll.files.addresses.permalinks import address, feed_id, template
from digest.jekyll.files.document import Document

SEOUL = ZoneInfo("Asia/Seoul")
SITE = "https://blog.example.org"


def post(slug="daily-papers", published_at=None, **keys):
    return Document(
        day=date(2025, 10, 8),
        slug=slug,
        title="Daily Papers",
        published_at=published_at or datetime(2025, 10, 8, 8, 5, 9, tzinfo=SEOUL),
        front_matter=tuple(keys.items()),
    )


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("date", "/2025/10/08/daily-papers.html"),
        ("pretty", "/2025/10/08/daily-papers/"),
        ("chirpy", "/posts/daily-papers/"),
        ("/:year/:i_month/:i_day/:slug:output_ext", "/2025/10/8/daily-papers.html"),
        ("/:short_year-:y_day/:hour:minute:second/:title", "/25-281/080509/daily-papers"),
        ("/:month_:day/:title/", "/10_08/daily-papers/"),
        ("/../:title/./x/", "/daily-papers/x/"),
    ],
)
def test_a_post_without_categories_has_the_address_of_its_style(permalink, expected):
    assert address(post(categories=[]), permalink) == expected


def test_the_address_has_the_date_the_post_went_public_in_the_zone_of_the_site():
    late = datetime(2025, 10, 8, 15, 30, tzinfo=UTC).astimezone(SEOUL)
    assert address(post(published_at=late), "pretty") == "/2025/10/09/daily-papers/"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"categories": ["Daily Papers", "일간"]}, "/daily%20papers/%EC%9D%BC%EA%B0%84"),
        ({"categories": "ML Daily"}, "/ml/daily"),
        ({"categories": ["ml", "ML", "ml"]}, "/ml"),
        ({"categories": None, "category": "A B"}, "/a%20b"),
        ({"categories": [2025, None], "category": "x"}, "/2025/x"),
        ({"categories": ["a/b?c#d"]}, "/a/b%3Fc%23d"),
    ],
)
def test_categories_stand_before_the_date_in_lower_case(keys, expected):
    assert address(post(**keys), "date") == f"{expected}/2025/10/08/daily-papers.html"


def test_categories_can_be_slugs():
    tagged = post(categories=["Daily Papers", "C++ & 일간"])
    assert address(tagged, "/:slugified_categories/:slug/") == (
        "/daily-papers/c-%EC%9D%BC%EA%B0%84/daily-papers/"
    )


@pytest.mark.parametrize(
    ("slug", "title", "plain"),
    [
        ("Daily_Papers", "Daily_Papers", "daily-papers"),
        ("논문", "%EB%85%BC%EB%AC%B8", "%EB%85%BC%EB%AC%B8"),
        ("a-b--c", "a-b-c", "a-b-c"),
    ],
)
def test_title_keeps_case_and_some_signs_and_slug_does_not(slug, title, plain):
    assert address(post(slug), "/:title/:slug") == f"/{title}/{plain}"


def test_a_posts_own_slug_and_permalink_win():
    assert address(post(slug="other name"), "/posts/:title/") == "/posts/other-name/"
    own = post(permalink="/archive/:year/first.html")
    assert address(own, "chirpy") == "/archive/2025/first.html"
    assert address(post(permalink="글/:day"), "date") == "/%EA%B8%80/08"


@pytest.mark.parametrize("own", ["/:nothing/", ["/x/"], {"a": "b"}, 5, "", None])
def test_a_posts_own_permalink_that_is_none_is_passed_over(own):
    assert address(post(permalink=own), "date") == "/2025/10/08/daily-papers.html"


def test_categories_may_be_lists_in_any_place():
    tagged = post(categories=["a", ["b"]], category=["C", {"d": 1}])
    assert address(tagged, "/:categories/") == "/a/b/c/"


@pytest.mark.parametrize("permalink", ["/:nothing/", "/:title_x/", "prety", "", ":title"])
def test_an_unknown_style_or_variable_is_refused(permalink):
    with pytest.raises(ValueError, match="is not"):
        template(permalink)
    with pytest.raises(ValueError, match="is not"):
        address(post(), permalink)


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("date", f"{SITE}/2025/10/08/daily-papers"),
        ("pretty", f"{SITE}/2025/10/08/daily-papers"),
        ("/posts/:title/", f"{SITE}/posts/daily-papers"),
        ("/:title.html", f"{SITE}/daily-papers"),
        ("chirpy", f"{SITE}/posts/daily-papers/"),
    ],
)
def test_the_feed_id_is_jekyll_feeds_and_for_chirpy_the_themes_own(permalink, expected):
    assert feed_id(post(), permalink, SITE) == expected
    assert feed_id(post(), permalink, f"{SITE}/") == expected


def test_the_feed_id_of_a_project_site_has_its_path():
    assert feed_id(post(), "date", "https://Example.org/blog/") == (
        "https://example.org/blog/2025/10/08/daily-papers"
    )


def test_korean_in_a_feed_id_is_percent_encoded_once():
    site = "https://example.org/블로그"
    assert feed_id(post("논문"), "chirpy", site) == (
        "https://example.org/%EB%B8%94%EB%A1%9C%EA%B7%B8/posts/%EB%85%BC%EB%AC%B8/"
    )
    assert feed_id(post("논문"), "date", SITE) == f"{SITE}/2025/10/08/%EB%85%BC%EB%AC%B8"


@pytest.mark.parametrize(
    "site", ["", "example.org", "ftp://example.org", "https://", f"{SITE}?a=b"]
)
def test_a_site_without_an_absolute_address_is_refused(site):
    with pytest.raises(ValueError):  # noqa: PT011 - some messages are those of urllib
        feed_id(post(), "date", site)
