import pytest
from django.utils import translation

from digest.models import Post
from digest.readers.headlines import NAME_LENGTH, headline, says_nothing, short_name
from tests.factories import make_paper, make_post


@pytest.mark.parametrize(
    "title",
    [
        "Daily Papers — 2025-10-08",
        "daily papers, October 8th, 2025",
        "Daily Papers — 2025년 10월 8일 수요일",
        "[2025.10.08] Daily Papers (Wed)",
        "Daily Papers",
        "2025-10-08",
    ],
)
def test_a_title_of_the_sites_name_and_a_date_says_nothing(title):
    assert says_nothing(title)


@pytest.mark.parametrize(
    "title",
    [
        "Agents learn to browse",
        "Daily Papers — agents",
        "에이전트의 날 2025-10-08",
        "AI, October 8",
    ],
)
def test_any_other_word_is_a_title(title):
    assert not says_nothing(title)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("BrowserAgent: Building Web Agents with Human-Inspired Actions", "BrowserAgent"),
        ("Fast-dLLM v2: Efficient Block-Diffusion LLM", "Fast-dLLM v2"),
        (
            "Position: models should say what they know",
            "Position: models should say what they know",
        ),
        ("A short title", "A short title"),
        ("Ratio 3:1 is enough", "Ratio 3:1 is enough"),
    ],
)
def test_a_paper_is_called_by_the_name_before_its_colon(title, name):
    assert short_name(title) == name


def test_a_long_title_without_a_name_is_cut():
    assert len(short_name("x" * 500)) == NAME_LENGTH
    assert short_name("X" + "x" * 500 + ": more").endswith("…")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("papers", "language", "expected"),
    [
        (3, "ko", "BrowserAgent 외 2편"),
        (3, "en", "BrowserAgent and 2 more"),
        (1, "ko", "BrowserAgent"),
    ],
)
def test_a_digest_without_a_title_of_its_own_is_called_by_its_papers(papers, language, expected):
    made = [
        make_paper(title="BrowserAgent: Web Agents"),
        *(make_paper() for _ in range(papers - 1)),
    ]
    make_post(papers=made, title="Daily Papers — 2025-10-08")
    post = Post.objects.with_public_entries().get()
    with translation.override(language):
        assert headline(post) == expected


@pytest.mark.django_db
def test_a_title_that_an_editor_wrote_stands():
    make_post(title="웹을 스스로 쓰는 모델들")
    assert headline(Post.objects.with_public_entries().get()) == "웹을 스스로 쓰는 모델들"
