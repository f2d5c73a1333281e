"""A paper's page shows related papers, each with its reason, and only what readers may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digest import publishing
from digest.models import RelatedPaper
from papers.models import Paper
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def relate(paper: Paper, *others: Paper, words: tuple[str, ...] = ("okapi", "Zebra-Nets")) -> None:
    for position, other in enumerate(others, start=1):
        RelatedPaper.objects.create(paper=paper, other=other, position=position, words=list(words))


def page(client: Client, paper: Paper, language: str = "en") -> str:
    prefix = "/en" if language == "en" else ""
    return client.get(f"{prefix}/papers/{paper.arxiv_id}/").content.decode()


def data(client: Client, paper: Paper) -> list[dict[str, object]]:
    related: list[dict[str, object]] = client.get(f"/papers/{paper.arxiv_id}.json").json()[
        "related"
    ]
    return related


@pytest.fixture
def pair() -> tuple[Paper, Paper]:
    paper, other = (make_paper(authors=["Ada Quux", f"Own {n}"]) for n in (1, 2))
    for each in (paper, other):
        make_post(papers=[each])
    relate(paper, other)
    return paper, other


def test_the_reason_stands_beside_the_title(client: Client, pair: tuple[Paper, Paper]) -> None:
    paper, other = pair
    paper.tags.add("Agents", "Vision")
    other.tags.add("Agents", "Robotics")
    shown = page(client, paper)
    section = shown[shown.index("Related papers") :].split("</section>")[0]
    assert f'href="/en/papers/{other.arxiv_id}/"' in section
    assert "2025" in section
    assert "Agents" in section
    assert "Vision" not in section
    assert "Robotics" not in section
    assert "Ada Quux" in section
    assert "Own 2" not in section
    assert "okapi, Zebra-Nets" in section
    assert "관련 논문" in page(client, paper, "ko")


def test_programs_read_the_same(client: Client, pair: tuple[Paper, Paper]) -> None:
    paper, other = pair
    paper.tags.add("Agents")
    other.tags.add("Agents")
    (related,) = data(client, paper)
    assert related["arxiv_id"] == other.arxiv_id
    assert related["date"] == other.entries.get().post.date.isoformat()
    assert related["shared"] == {
        "tags": ["Agents"],
        "authors": ["Ada Quux"],
        "words": ["okapi", "Zebra-Nets"],
    }


def test_a_paper_without_relations_has_no_section(
    client: Client, pair: tuple[Paper, Paper]
) -> None:
    assert "Related papers" not in page(client, pair[1])
    assert data(client, pair[1]) == []


def test_what_readers_may_not_see_is_not_named(client: Client, pair: tuple[Paper, Paper]) -> None:
    paper, other = pair
    publishing.withdraw(other.entries.get().post)
    assert "Related papers" not in page(client, paper)
    assert data(client, paper) == []


def test_many_shared_authors_are_counted(client: Client) -> None:
    names = [f"Ada Quux{letter}" for letter in "abcdef"]
    paper, other = (make_paper(authors=names) for _ in range(2))
    make_post(papers=[paper, other])
    relate(paper, other)
    assert "and 3 more" in page(client, paper).split("Shared authors")[1].split("</p>")[0]


@pytest.mark.parametrize("ending", ["/", ".json"])
def test_five_take_as_many_queries_as_one(client: Client, ending: str) -> None:
    paper, *others = (make_paper() for _ in range(6))
    for each in (paper, *others):
        each.tags.add("Agents")
        make_post(papers=[each])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/papers/{paper.arxiv_id}{ending}").status_code == 200
        return len(queries)

    relate(paper, others[0])
    cost()  # Content types are looked up once a process.
    before = cost()
    RelatedPaper.objects.all().delete()
    relate(paper, *others)
    assert cost() == before <= 12


def test_markdown_asks_for_no_relations(client: Client, pair: tuple[Paper, Paper]) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/papers/{pair[0].arxiv_id}.md")
    assert not any("relatedpaper" in each["sql"] for each in queries)
