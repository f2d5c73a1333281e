"""Names of files as Jekyll takes them, and the slugs that they get here."""

from datetime import date
from unicodedata import normalize

import pytest

from digest.jekyll.files.head.names import NotAPost, free_slug, of_any_builder, parse
from papers.text.tags import is_address

LONG = "논문-" * 60


@pytest.mark.parametrize(
    ("name", "day", "slug"),
    [
        ("2025-10-08-daily-papers.md", date(2025, 10, 8), "daily-papers"),
        ("2024-2-29-leap.md", date(2024, 2, 29), "leap"),
        ("25-1-2-short.markdown", date(2025, 1, 2), "short"),
        ("99-12-31-last.mkd", date(1999, 12, 31), "last"),
        ("2025-10-08-Daily_Papers.MD", date(2025, 10, 8), "Daily_Papers"),
        ("2025-03-01-llama-3.3-and-v1.0.md", date(2025, 3, 1), "llama-3-3-and-v1-0"),
        ("2025-03-01-C++ & 일간 (1).mkdown", date(2025, 3, 1), "C-일간-1"),
        ("2025-03-01-오늘의  논문.md", date(2025, 3, 1), "오늘의-논문"),
        ("2025-03-01-ends...md", date(2025, 3, 1), "ends"),
        ("2025-03-01-🤗.md", date(2025, 3, 1), "hugging-face"),
        ("2025-03-01-\ue000.md", date(2025, 3, 1), "post"),
        ("2025-03-01-2025-03-02-x.md", date(2025, 3, 1), "2025-03-02-x"),
        (f"2025-03-01-{LONG}.md", date(2025, 3, 1), LONG[:100]),
    ],
)
def test_a_name_has_a_day_and_a_slug_that_fits_our_addresses(name, day, slug):
    found = parse(name)
    assert (found.day, found.slug) == (day, slug)
    assert is_address(found.slug)


def test_the_slug_of_the_old_blog_is_kept_as_it_was_written():
    assert parse("2025-03-01-llama-3.3.md").written_slug == "llama-3.3"
    decomposed = normalize("NFD", "2025-03-01-논문 모음.md")
    found = parse(decomposed)
    assert found.slug == "논문-모음"
    assert found.written_slug == normalize("NFD", "논문 모음")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("README.md", "name is not YYYY-MM-DD-slug"),
        ("index.md", "name is not YYYY-MM-DD-slug"),
        ("_posts/about.md", "name is not YYYY-MM-DD-slug"),
        ("2025-13-08-x.md", "name is not YYYY-MM-DD-slug: there is no such day"),
        ("2025-2-29-x.md", "name is not YYYY-MM-DD-slug: there is no such day"),
        ("0000-01-01-x.md", "name is not YYYY-MM-DD-slug: there is no such day"),
        ("２０２５-10-08-x.md", "name is not YYYY-MM-DD-slug"),
        ("20251-10-08-x.md", "name is not YYYY-MM-DD-slug"),
        ("2025-10-08-.md", "name is not YYYY-MM-DD-slug"),
        ("2025-10-08.md", "name is not YYYY-MM-DD-slug"),
        ("._2025-10-08-x.md", "name is not YYYY-MM-DD-slug"),
        ("C:\\2025-10-08-x.md", "name is not YYYY-MM-DD-slug"),
        ("2025-10-08-x.md~", "name does not end in .md or .markdown"),
        ("2025-10-08-x.html", "name does not end in .md or .markdown"),
        ("2025-10-08-x.md\n", "name does not end in .md or .markdown"),
        ("2025-10-08-x\x1b[31m.md", "name is too long, or not of letters"),
        ("2025-10-08-x\udcff.md", "name is too long, or not of letters"),
        (f"2025-10-08-{'x' * 1_000}.md", "name is too long, or not of letters"),
        ("", "name does not end in .md or .markdown"),
        ("folder/", "name does not end in .md or .markdown"),
    ],
)
def test_what_is_no_post_by_its_name_says_so_in_one_printable_line(name, reason):
    with pytest.raises(NotAPost) as skipped:
        parse(name)
    message = str(skipped.value)
    assert message.endswith(f": {reason}")
    assert message.isprintable()


@pytest.mark.parametrize(
    ("path", "folders", "is_draft"),
    [
        ("_posts/2025-10-08-x.md", (), False),
        ("papers/_posts/2025-10-08-x.md", ("papers",), False),
        ("papers/Daily News/_posts/2025/2025-10-08-x.md", ("papers", "Daily News"), False),
        ("../a/./_posts/2025-10-08-x.md", ("a",), False),
        ("content/posts/2025-10-08-x.md", (), False),
        ("_drafts/2025-10-08-x.md", (), True),
        ("papers/_drafts/2025-10-08-x.md", ("papers",), True),
    ],
)
def test_folders_before_posts_are_categories(path, folders, is_draft):
    found = parse(path)
    assert (found.folders, found.is_draft) == (folders, is_draft)


def test_a_draft_needs_no_day_in_its_name():
    found = parse("_drafts/next week 2.0.md")
    assert (found.day, found.slug, found.written_slug) == (None, "next-week-2-0", "next week 2.0")


def test_two_names_of_a_day_that_make_one_slug_get_two_whichever_comes_again():
    taken = {}
    for _ in range(2):
        for name in ("gpt 4.1", "gpt-4-1", "gpt-4.1"):
            slug = free_slug("gpt-4-1", name, taken)
            taken.setdefault(slug, name)
    assert taken == {"gpt-4-1": "gpt 4.1", "gpt-4-1-2": "gpt-4-1", "gpt-4-1-3": "gpt-4.1"}


def test_a_name_in_decomposed_hangul_is_the_same_name():
    taken = {"논문": "논문"}
    assert free_slug("논문", normalize("NFD", "논문"), taken) == "논문"


def test_a_numbered_slug_is_as_short_as_any():
    slug = "x" * 100
    assert free_slug(slug, "y", {slug: "x"}) == "x" * 98 + "-2"


@pytest.mark.parametrize(
    ("path", "day", "slug"),
    [
        ("content/posts/daily-12.md", None, "daily-12"),
        ("source/_posts/今日论文.md", None, "今日论文"),
        ("content/posts/2025-10-08.md", date(2025, 10, 8), "2025-10-08"),
        ("content/posts/2025-10-08-daily/index.md", date(2025, 10, 8), "2025-10-08-daily"),
        ("content/daily-12/index.mdx", None, "daily-12"),
        ("20251008.md", None, "20251008"),
    ],
)
def test_a_name_of_another_builder_needs_no_day(path, day, slug):
    found = of_any_builder(path)
    assert (found.day, found.slug, found.is_jekylls) == (day, slug, False)


@pytest.mark.parametrize(
    "path", ["README.md", "a/_index.md", "index.md", "2025-13-08-x.md", "-.md", "_posts/about.md"]
)
def test_a_page_is_no_post_for_any_builder(path):
    with pytest.raises(NotAPost):
        of_any_builder(path)


@pytest.mark.parametrize(
    "path",
    [
        "content/drafts/idea.md",
        "Drafts/idea.md",
        "draft/2025-10-08-idea.md",
        "src/idea.draft.md",
        "src/2025-10-08-idea.Draft.md",
    ],
)
def test_a_draft_of_any_builder_is_known_by_its_path(path):
    found = of_any_builder(path)
    assert (found.is_draft, found.slug, found.written_slug) == (True, "idea", "idea")


@pytest.mark.parametrize("path", ["content/draft-horses/idea.md", "posts/idea-draft.md"])
def test_a_word_in_a_path_makes_no_draft(path):
    assert not of_any_builder(path).is_draft
