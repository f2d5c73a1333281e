"""The editors' pages that merge and rename tags, and take that back."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from taggit.models import Tag

from digest.admin import tag_twins
from digest.models import TagChange, TagPair
from papers.text.twins import twins
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

LIST = reverse("admin:taggit_tag_changelist")
MERGE = reverse("admin:taggit_tag_merge")


@pytest.fixture
def writer(db):
    """Return an editor who may change everything and publish nothing."""
    user = User.objects.create_user("writer", is_staff=True)
    group = Group.objects.get(name="Editors")
    user.user_permissions.set(group.permissions.exclude(codename="publish_post"))
    return user


def carrying(*names, public=False):
    paper = make_paper()
    paper.tags.add(*names)
    if public:
        make_post(papers=[paper])
    return paper


def tag(name):
    return Tag.objects.get(name=name)


def address(tag):
    return reverse("admin:taggit_tag_change", args=[tag.pk])


def page(client, url, **values):
    response = client.get(url, values)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def confirmed(client, tags, into):
    """Return what the page posts that merges these tags."""
    response = client.get(MERGE, {"tag": [each.pk for each in tags], "into": into.pk})
    seen = response.context["plan"].fingerprint
    return {"tag": [each.pk for each in tags], "into": into.pk, "seen": seen}


def test_twins_stand_above_the_list_with_the_way_to_merge_them(client, editor):
    carrying("hugging-face"), carrying("hugging-face"), carrying("hugginface")
    html = page(client, LIST)
    assert "비슷한 태그" in html
    (twins,) = client.get(LIST).context["twins"]
    assert (twins.tag.name, twins.into.name) == ("hugginface", "hugging-face")
    assert twins.merge_address.replace("&", "&amp;") in html
    plan = client.get(twins.merge_address).context["plan"]
    assert (plan.changed.papers, plan.after.papers) == (1, 3)


def test_two_that_look_alike_are_remembered_as_two(client, editor):
    carrying("multi-modal", "multi-model")
    post = {"one": tag("multi-modal").pk, "other": tag("multi-model").pk}
    assert client.post(reverse("admin:taggit_tag_two"), post, follow=True).status_code == 200
    assert not client.get(LIST).context["twins"]
    Tag.objects.all().delete()
    carrying("Multi-Model", "multi-modal")
    assert not client.get(LIST).context["twins"]
    client.post(reverse("admin:taggit_tag_two"), {
        "one": tag("Multi-Model").pk, "other": tag("multi-modal").pk, "forget": "1", "page": "1",
    })  # fmt: skip
    assert not TagPair.objects.exists()
    assert len(client.get(LIST).context["twins"]) == 1


def test_of_very_many_tags_twins_have_a_page_of_their_own(client, editor, monkeypatch):
    monkeypatch.setattr(tag_twins, "AT_ONCE", 1)
    carrying("LLM", "LLMs")
    assert "twins" not in client.get(LIST).context
    assert reverse("admin:taggit_tag_twins") in page(client, LIST)
    assert "LLMs" in page(client, reverse("admin:taggit_tag_twins"))


def test_no_more_twins_are_looked_for_than_somebody_can_look_at(client, editor, monkeypatch):
    monkeypatch.setattr(tag_twins, "MOST", 3)
    carrying("a b c", "a-b-c", "a-b c", "a b-c")
    response = client.get(reverse("admin:taggit_tag_twins"))
    assert response.context["twins_count"] == 3
    assert "3+" in response.content.decode()


def test_twins_that_somebody_renames_meanwhile_are_left_out(client, editor, monkeypatch):
    carrying("LLM", "LLMs")

    def renaming(names):
        found = list(twins(names))
        Tag.objects.filter(name="LLMs").update(name="language models")
        return found

    monkeypatch.setattr(tag_twins, "twins", renaming)
    assert client.get(LIST).context["twins"] == []


def test_names_that_grow_in_small_letters_are_remembered_as_two(client, editor):
    carrying("ß" * 100, "ß" * 99)
    one, other = Tag.objects.all()
    client.post(reverse("admin:taggit_tag_two"), {"one": one.pk, "other": other.pk})
    assert TagPair.objects.exists()


def test_the_page_says_what_a_merge_does_and_the_message_takes_it_back(client, editor):
    paper = carrying("hugginface", public=True)
    carrying("hugging-face", public=True)
    wrong, right = tag("hugginface"), tag("hugging-face")
    html = page(client, MERGE, tag=[wrong.pk, right.pk], into=right.pk)
    assert "/tags/hugginface/" in html
    assert "/tags/hugginface/feed.xml" in html
    assert not TagChange.objects.exists()
    response = client.post(MERGE, confirmed(client, [wrong, right], right), follow=True)
    assert response.redirect_chain == [(address(right), 302)]
    change = TagChange.objects.get()
    undo = reverse("admin:taggit_tag_undo", args=[change.pk])
    assert response.content.decode().count(f'href="{undo}"') == 2  # In the message and the history.
    assert paper.tags.get() == right
    assert (change.made_by, paper.tags.count()) == (editor, 1)
    assert "hugginface" in page(client, undo)
    assert TagChange.objects.standing().exists()
    response = client.post(undo, follow=True)
    assert response.redirect_chain == [(address(wrong), 302)]
    assert paper.tags.get() == wrong
    assert f'href="{undo}"' not in page(client, address(wrong))
    assert client.post(undo, follow=True).status_code == 200


def test_what_changed_since_it_was_shown_is_shown_again(client, editor):
    carrying("a"), carrying("b")
    sent = confirmed(client, [tag("a"), tag("b")], tag("b"))
    carrying("a")
    response = client.post(MERGE, sent)
    assert response.status_code == 200
    assert response.context["plan"].changed.papers == 2
    assert not TagChange.objects.exists()
    assert client.post(MERGE, {"tag": sent["tag"], "into": sent["into"]}).status_code == 200
    assert not TagChange.objects.exists()
    for odd in ({"tag": ["x", "9" * 30], "into": "²"}, {}, {"tag": [tag("a").pk], "into": "0"}):
        assert client.post(MERGE, odd).status_code == 200
        assert client.get(MERGE, odd).status_code == 200
    client.post(MERGE, confirmed(client, [tag("a"), tag("b")], tag("b")))
    assert client.post(MERGE, sent).status_code == 200  # One is gone.
    assert TagChange.objects.count() == 1


def test_tags_are_added_by_name(client, editor):
    carrying("a", "b", "c")
    response = client.get(MERGE, {"tag": tag("a").pk, "named": ["B", "c"]}, follow=True)
    assert {each.name for each, _ in response.context["tags"]} == {"a", "b", "c"}
    html = page(client, MERGE, tag=tag("a").pk, named="nothing")
    assert "nothing" in html
    assert Tag.objects.count() == 3


def test_selected_tags_lead_to_the_page(client, editor):
    carrying("a", "b")
    sent = {"action": "merge", "_selected_action": [tag("a").pk, tag("b").pk]}
    response = client.post(LIST, sent, follow=True)
    assert response.context["plan"].after.papers == 1


def test_who_may_not_publish_merges_renames_and_undoes_nothing_that_readers_see(
    client, writer, editor
):
    carrying("a", public=True), carrying("b")
    a, b = tag("a"), tag("b")
    client.force_login(writer)
    sent = confirmed(client, [a, b], b)
    html = page(client, MERGE, tag=[a.pk, b.pk], into=b.pk)
    assert 'name="seen"' not in html
    assert client.post(MERGE, sent).status_code == 403
    assert client.post(address(a), {"name": "x", "slug": "x"}).status_code == 302
    a.refresh_from_db()
    assert (a.name, TagChange.objects.count()) == ("a", 0)
    client.force_login(editor)
    client.post(MERGE, sent)
    undo = reverse("admin:taggit_tag_undo", args=[TagChange.objects.get().pk])
    client.force_login(writer)
    assert client.get(undo).context["refused"] == [b]
    assert client.post(undo).status_code == 403
    assert not Tag.objects.filter(name="a").exists()
    writer.user_permissions.clear()
    for url in (MERGE, reverse("admin:taggit_tag_twins"), undo):
        assert client.get(url).status_code == 403
    assert client.post(reverse("admin:taggit_tag_two")).status_code == 403


def test_a_rename_can_be_taken_back_from_its_message(client, editor):
    carrying("resoning", public=True)
    old = tag("resoning")
    assert "/tags/" in page(client, address(old))
    response = client.post(address(old), {"name": "reasoning", "slug": "reasoning"}, follow=True)
    undo = reverse("admin:taggit_tag_undo", args=[TagChange.objects.get().pk])
    assert f'href="{undo}"' in response.content.decode()
    client.post(undo)
    old.refresh_from_db()
    assert (old.name, old.slug) == ("resoning", "resoning")


def test_a_rename_takes_no_address_that_leads_to_another_tag(client, editor):
    carrying("gpt-4", "C", "D", "E")
    client.post(MERGE, confirmed(client, [tag("gpt-4"), tag("C")], tag("C")))
    renamed, refused = tag("D"), tag("E")
    client.post(address(renamed), {"name": "GPT 4", "slug": ""})
    renamed.refresh_from_db()
    assert (renamed.name, renamed.slug) == ("GPT 4", "gpt-4_1")
    assert tag("C").aliases.filter(slug="gpt-4").exists()
    response = client.post(address(refused), {"name": "E", "slug": "gpt-4"})
    assert response.status_code == 200
    assert "“C”" in str(response.context["adminform"].form.errors["slug"])
    client.post(address(renamed), {"name": "D", "slug": "d"})  # Its own old address.
    renamed.refresh_from_db()
    assert renamed.slug == "d"


def test_a_name_that_is_taken_leads_to_the_merge(client, editor):
    carrying("reasoning", "resoning")
    old, new = tag("resoning"), tag("reasoning")
    response = client.post(address(old), {"name": "Reasoning", "slug": "resoning"})
    assert tag_twins.merge_address([old.pk, new.pk], new.pk).replace("&", "&amp;") in (
        response.content.decode()
    )


def test_a_deleted_tag_takes_its_merges_with_it_and_the_page_names_no_single_row(client, editor):
    carrying("a"), carrying("a"), carrying("b")
    client.post(MERGE, confirmed(client, [tag("a"), tag("b")], tag("b")))
    url = reverse("admin:taggit_tag_delete", args=[tag("b").pk])
    html = page(client, url)
    assert "arrier" not in html
    assert "태그 변경: 1" in html
    client.post(url, {"post": "yes"})
    assert not TagChange.objects.exists()


def test_the_list_and_the_pages_take_as_many_queries_for_many_as_for_few(
    client, editor, django_assert_max_num_queries
):
    for number in range(10):
        carrying(f"tag number {chr(97 + number)}", f"tag numbers {chr(97 + number)}", public=True)
    tags = list(Tag.objects.all())
    with django_assert_max_num_queries(20):
        client.get(LIST)
    with django_assert_max_num_queries(40):
        client.get(MERGE, {"tag": [each.pk for each in tags[:2]]})
