"""The pages of tags: papers with gists, digests, the list by letter, and old names."""

import re
from datetime import date
from unicodedata import normalize
from urllib.parse import quote

import pytest
from taggit.models import Tag

from digest import publishing
from digest.models import State, TagAlias
from digest.readers.tag_groups import initial, words_of
from digest.readers.views import tags as view
from tests.digest.readers.test_queries import queries, tagged_paper
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def about(tag, **fields):
    """Return a paper with a tag and a section."""
    paper = make_paper(**fields)
    paper.tags.add(tag)
    make_section(paper, markdown=f"{paper.title}의 요지. 둘째 문장.")
    return paper


def test_a_tags_papers_stand_newest_first_with_gist_and_digest(client):
    old, new = about("강화 학습"), about("강화 학습")
    make_post(papers=[old, make_paper(title="Other")], date=date(2025, 10, 1))
    post = make_post(papers=[new, old], date=date(2025, 10, 2))
    html = page(client, "/tags/강화-학습/")
    assert html.count('class="title"') == 2
    assert html.index(f'href="/papers/{new.arxiv_id}/"') < html.index(f"/papers/{old.arxiv_id}/")
    assert f"{new.title}의 요지." in html
    assert "둘째 문장" not in html
    assert html.count(f'href="{post.get_absolute_url()}#{old.arxiv_id}"') == 1
    assert "Other" not in html
    assert "<li> 논문 2편 </li>" in html
    assert "다이제스트 1개" not in html


def test_a_tag_that_only_digests_have_lists_them(client):
    post = make_post(papers=2)
    post.tags.add("Papers")
    html = page(client, "/tags/papers/")
    assert f'href="{post.get_absolute_url()}"' in html
    assert "<li> 다이제스트 1개 </li>" in html
    assert 'aria-label="논문"' not in html


def test_a_tag_of_both_shows_papers_and_then_digests_over_its_pages(client):
    papers = [about("both") for _ in range(31)]
    first = make_post(papers=papers, date=date(2025, 10, 1))
    second = make_post(papers=1, date=date(2025, 10, 2))
    for post in (first, second):
        post.tags.add("both")
    html = page(client, "/tags/both/")
    assert "<li> 논문 31편 </li> <li> 다이제스트 2개 </li>" in html
    assert html.count('class="title"') == 30
    assert 'id="digests"' not in html
    assert 'href="/tags/both/page/2/"' in html
    html = page(client, "/tags/both/page/2/")
    assert 'href="/tags/both/"' in html
    assert html.count('class="title"') == 3
    paper, newer, older = (html.index(f'href="{each}"') for each in (
        papers[-1].get_absolute_url(), second.get_absolute_url(), first.get_absolute_url()
    ))  # fmt: skip
    assert paper < newer < older
    assert client.get("/tags/both/page/3/").status_code == 404


def test_a_page_of_a_tag_has_one_address(client):
    make_post(papers=[about("both") for _ in range(31)])
    rename(Tag.objects.get(), slug="all-of-it")
    for old, new in (
        ("/tags/all-of-it/?page=2", "/tags/all-of-it/page/2/"),
        ("/en/tags/all-of-it/page/1/", "/en/tags/all-of-it/"),
        ("/tags/both/page/2/", "/tags/all-of-it/page/2/"),
    ):
        response = client.get(old)
        assert (response.status_code, response.url) == (301, new)
    for unknown in ("/tags/none/page/2/", "/tags/both/page/0/", "/tags/both/page/02/"):
        assert client.get(unknown).status_code == 404


def test_a_page_of_papers_takes_no_more_queries_when_there_are_more(client):
    make_post(papers=[tagged_paper(1)])
    before = queries(client, "/tags/shared/")
    for _ in range(3):
        make_post(papers=[tagged_paper(number) for number in range(20)])
    assert queries(client, "/tags/shared/") == before <= 8


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN])
def test_a_paper_that_is_not_public_is_not_counted(client, state):
    make_post(state=state, papers=[about("robots", title="봉인된 제목")]).tags.add("robots")
    assert client.get("/tags/robots/").status_code == 404
    make_post(papers=[about("robots")])
    html = page(client, "/tags/robots/")
    assert "봉인" not in html
    assert "논문 1편" in html


@pytest.mark.django_db(transaction=True)
def test_a_stored_page_of_a_tag_hears_of_its_papers_texts(visitor):
    paper = about("robots")
    make_post(papers=[paper])
    assert "의 요지." in visitor.get("/tags/robots/").content.decode()
    paper.sections.update(public_html="<p>Ganz anders.</p>")
    assert "Ganz anders." in visitor.get("/tags/robots/").content.decode()
    make_post(papers=[about("robots", title="Ein neues")])
    assert "Ein neues" in visitor.get("/tags/robots/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_stored_page_of_a_tag_hears_of_another_order_of_a_digest(visitor):
    post = make_post(papers=[about("robots"), about("robots")])
    ids = [entry.paper.arxiv_id for entry in post.entries.all()]
    shown = re.compile(r'class="title" href="/papers/([^/]+)/"')
    assert shown.findall(visitor.get("/tags/robots/").content.decode()) == ids
    for place, entry in enumerate(reversed(post.entries.all()), start=1):
        entry.position = place
        entry.save()
    publishing.publish_changes(post)
    assert shown.findall(visitor.get("/tags/robots/").content.decode()) == ids[::-1]


def test_tags_stand_by_letter_with_their_numbers(client):
    make_post(papers=1).tags.add(
        "vision", "Agents", "강화 학습", "까치", "3D", "Éclair", "agents 2"
    )
    html = page(client, "/tags/")
    assert re.findall(r'<h2 id="letter-\d">(.)</h2>', html) == ["ㄱ", "A", "E", "V", "#"]
    assert re.findall(r'<h2 id="letter-\d">(.)</h2>', page(client, "/en/tags/")) == [
        *("A", "E", "V", "ㄱ", "#")
    ]
    names = re.findall(r'rel="tag"[^>]*>([^<]+) <span class="count">1</span>', html)
    assert names == ["강화 학습", "까치", "Agents", "agents 2", "Éclair", "vision", "3D"]


@pytest.mark.parametrize(("name", "letter"), [
    ("가", "ㄱ"), ("힣", "ㅎ"), ("빛", "ㅂ"), ("ㄱ", "#"), ("z", "Z"), ("ß", "S"), ("ﬁ", "F"),
    ("Ω", "#"), ("🤗", "#"), ("", "#"), ("\U0001f600", "#"), ("Å", "A"),
])  # fmt: skip
def test_a_name_stands_under_its_first_letter(name, letter):
    assert initial(name) == letter


@pytest.mark.parametrize(
    "query", ["VISION", " vision ", "isi", "강화", normalize("NFD", "강화 학")]
)
def test_a_filter_finds_names_however_they_are_typed(client, query):
    make_post(papers=1).tags.add("Computer vision", "강화 학습", "other")
    html = page(client, f"/tags/?q={quote(query)}")
    assert html.count('rel="tag"') == 1
    assert "태그 3개 중 1개" in html


def test_a_filter_that_finds_nothing_says_so_and_leads_to_all(client):
    make_post(papers=1).tags.add("other")
    html = page(client, "/tags/?q=<b>nichts")
    assert "&lt;b&gt;nichts" in html
    assert "<b>nichts" not in html
    assert 'href="/archive/tags/"' in html
    assert 'rel="tag"' not in html


def test_what_is_looked_for_is_no_longer_than_a_name():
    assert len(words_of("x" * 5000)) == 100


def test_of_very_many_tags_those_used_once_stand_behind_a_link(client, monkeypatch):
    monkeypatch.setattr(view, "FEW", 2)
    make_post(papers=1).tags.add("once", "often")
    make_post(papers=1).tags.add("often")
    assert page(client, "/tags/").count('rel="tag"') == 2
    make_post(papers=1).tags.add("also once")
    html = page(client, "/tags/")
    assert html.count('rel="tag"') == 1
    assert "태그 3개 중 1개" in html
    assert page(client, "/archive/tags/").count('rel="tag"') == 3
    response = client.get("/tags/?all=1")
    assert (response.status_code, response.url) == (301, "/archive/tags/")
    assert page(client, "/tags/?q=once").count('rel="tag"') == 2
    html = page(client, "/tags/?q=o")  # All three have it.
    assert html.count('rel="tag"') == 2
    assert ">often <" in html


@pytest.mark.django_db(transaction=True)
def test_a_filter_is_never_stored(visitor, django_db_blocker):
    make_post(papers=1).tags.add("vision")
    visitor.get("/tags/?q=vis")
    Tag.objects.create(name="visor")
    make_post(papers=1).tags.add("visor")
    assert visitor.get("/tags/?q=vis").content.decode().count('rel="tag"') == 2


def rename(tag, **values):
    for name, value in values.items():
        setattr(tag, name, value)
    tag.save()


def test_an_old_slug_leads_to_the_tag_in_one_step(client):
    make_post(papers=1).tags.add("vision")
    tag = Tag.objects.get()
    rename(tag, slug="seeing")
    rename(tag, slug="computer-vision", name="Computer Vision")
    for old in ("vision", "seeing", "Seeing"):
        for prefix in ("", "/en"):
            response = client.get(f"{prefix}/tags/{old}/?page=1")
            assert (response.status_code, response.url) == (
                301,
                f"{prefix}/tags/computer-vision/?page=1",
            )
        response = client.get(f"/tags/{old}/feed.xml")
        assert (response.status_code, response.url) == (301, "/tags/computer-vision/feed.xml")
    assert client.get("/tags/computer-vision/").status_code == 200


def test_an_old_slug_of_a_tag_that_readers_do_not_see_is_not_found(client):
    tag = Tag.objects.create(name="vision")
    rename(tag, slug="seeing")
    assert client.get("/tags/vision/").status_code == 404


def test_a_slug_that_is_a_tags_own_again_is_no_alias(client):
    make_post(papers=1).tags.add("vision")
    tag = Tag.objects.get()
    rename(tag, slug="seeing")
    rename(tag, slug="vision")
    assert TagAlias.objects.get().slug == "seeing"
    rename(tag, slug="sight")
    make_post(papers=1).tags.add(Tag.objects.create(name="Other", slug="vision"))
    assert "<h1>Other</h1>" in page(client, "/tags/vision/")
    assert set(TagAlias.objects.values_list("slug", flat=True)) == {"seeing"}


def test_an_alias_goes_with_its_tag():
    tag = Tag.objects.create(name="vision")
    rename(tag, slug="seeing")
    tag.delete()
    assert not TagAlias.objects.exists()


def test_an_old_name_typed_again_gives_the_renamed_tag():
    tag = Tag.objects.create(name="C")
    rename(tag, name="The language C", slug="language-c")
    post, paper = make_post(papers=1), make_paper()
    post.tags.add("c", "C++")
    paper.tags.set(["C", "The language C"])
    assert set(post.tags.names()) == {"The language C", "C++"}
    assert list(paper.tags.names()) == ["The language C"]


def test_a_name_that_changed_alone_is_known_too_until_another_tag_has_it():
    tag = Tag.objects.create(name="Robots")
    rename(tag, name="Robotics")
    assert (tag.slug, TagAlias.objects.get().slug) == ("robots", None)
    paper = make_paper()
    paper.tags.add("robots")
    assert paper.tags.get() == tag
    other = Tag.objects.create(name="Robots")
    paper.tags.set(["robots"])
    assert paper.tags.get() == other


def test_saving_a_tag_as_it_is_or_in_another_case_makes_no_alias():
    tag = Tag.objects.create(name="vision")
    tag.save()
    rename(tag, name="VISION")
    assert not TagAlias.objects.exists()


def test_a_new_tag_takes_no_old_address_by_itself(client):
    make_post(papers=1).tags.add("GPT-4")
    tag = Tag.objects.get()
    rename(tag, slug="gpt", name="GPT")
    other = make_post(papers=1)
    other.tags.add("GPT 4", "GPT  4!")
    assert set(other.tags.values_list("slug", flat=True)) == {"gpt-4_1", "gpt-4_2"}
    assert client.get("/tags/gpt-4/").url == "/tags/gpt/"


def test_names_come_and_go_without_chains_or_loops(client):
    make_post(papers=1).tags.add("A")
    make_post(papers=1).tags.add("B")
    one, two = Tag.objects.order_by("name")
    for tag, name in [(one, "T"), (two, "A"), (one, "B")]:  # They swap.
        rename(tag, name=name, slug=name.lower())
    assert set(TagAlias.objects.values_list("slug", "name", "tag")) == {
        ("t", "", one.pk),
        (None, "T", one.pk),
    }
    assert "<h1>B</h1>" in page(client, "/tags/b/")
    assert client.get("/tags/t/").url == "/tags/b/"
    for name in ("Z", "B"):  # There and back.
        rename(one, name=name, slug=name.lower())
    assert "<h1>B</h1>" in page(client, "/tags/b/")
    assert client.get("/tags/z/").url == client.get("/tags/t/").url == "/tags/b/"
    paper = make_paper()
    paper.tags.add("z", "T", "b")
    assert paper.tags.get() == one
