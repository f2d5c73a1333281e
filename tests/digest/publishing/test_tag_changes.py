"""Renaming and merging tags, and taking it back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from taggit.models import Tag, TaggedItem

from digest.models import SearchChange, State, TagAlias, TagCarrier, TagChange
from digest.publishing import tag_changes
from digest.publishing.tag_changes import TagsRefused, Undone, merge, rename, undo
from tests.digest.readers.pages.beside import apart, waiting
from tests.factories import make_paper, make_post
from tests.waiting import until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def tags(*names):
    return [Tag.objects.get_or_create(name=name)[0] for name in names]


def carrying(*names):
    paper = make_paper()
    paper.tags.add(*names)
    return paper


def named(row):
    return set(row.tags.names())


def everything():
    """Return all rows that say who has which tag and what leads where."""
    return (
        set(Tag.objects.values_list("pk", "name", "slug")),
        set(TaggedItem.objects.values_list("pk", "tag", "content_type", "object_id")),
        set(TagAlias.objects.values_list("tag", "slug", "name")),
    )


def test_all_that_had_a_merged_tag_have_the_other_one_once():
    a, both, b = carrying("hugginface"), carrying("hugginface", "hugging-face"), make_post()
    b.tags.add("hugging-face")
    draft = make_post(state=State.DRAFT)
    draft.tags.add("Hugginface", "other")
    (wrong, right) = tags("hugginface", "hugging-face")
    (change,) = merge([wrong], right)
    assert named(a) == named(both) == named(b) == {"hugging-face"}
    assert named(draft) == {"hugging-face", "other"}
    assert (change.tag, change.carriers.count()) == (right, 3)
    assert not Tag.objects.filter(name="hugginface").exists()


def test_a_merge_leaves_aliases_without_chains():
    (a, b, c) = tags("A", "B", "C")
    rename_to(a, "A2")
    merge([a], b)
    merge([b], c)
    assert set(TagAlias.objects.values_list("tag", "slug", "name")) == {
        (c.pk, "a", ""), (c.pk, None, "A"), (c.pk, "a2", ""), (c.pk, None, "A2"),
        (c.pk, "b", ""), (c.pk, None, "B"),
    }  # fmt: skip
    assert named(carrying("a")) == {"C"}


def rename_to(tag, name, user=None, slug=""):
    tag.name, tag.slug = name, slug or name.lower()
    return rename(tag, user)


def test_several_tags_merge_at_once_and_apart():
    one, two, three = carrying("A"), carrying("A", "B"), carrying("A", "B", "C")
    before = everything()
    first, second = merge(tags("A", "B"), *tags("C"))
    assert named(one) == named(two) == named(three) == {"C"}
    undo(second)
    assert (named(one), named(two), named(three)) == ({"C"}, {"B", "C"}, {"B", "C"})
    undo(first)
    assert (named(one), named(two), named(three)) == ({"A"}, {"A", "B"}, {"A", "B", "C"})
    assert everything()[0] == before[0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_are_taken_back_in_any_order(order):
    rows = [carrying(*names) for names in ("A", "B", "C", "AB", "AC", "BC", "ABC")]
    before = [named(row) for row in rows]
    changes = [*merge(tags("A"), *tags("C")), *merge(tags("B"), *tags("C"))]
    for each in order:
        undo(changes[each])
    assert [named(row) for row in rows] == before


def test_a_merge_is_taken_back_to_the_last_row():
    for names in (("A",), ("A", "B"), ("B",), ()):
        carrying(*names)
    a, b = tags("A", "B")
    rename_to(a, "A2")
    before = everything()
    (change,) = merge([a], b)
    assert undo(change) == Undone(restored=2, left=0)
    assert everything() == before
    assert TagChange.objects.get(former_name="A").tag == a
    with pytest.raises(TagsRefused, match="already"):
        undo(change)


def test_rows_that_somebody_changed_since_stay_as_they_are():
    kept, removed, again, both = (carrying("A") for _ in range(4))
    both.tags.add("B")
    (change,) = merge(tags("A"), *tags("B"))
    removed.tags.remove("B")
    again.tags.set(["C"])
    again.tags.set(["C", "B"])
    kept.tags.add("D")  # It is no change of these tags.
    fresh = carrying("B")
    gone = carrying("B")
    gone.delete()
    assert tag_changes.undoing(change) == undo(change) == Undone(restored=2, left=2)
    assert named(kept) == {"A", "D"}
    assert named(both) == {"A", "B"}
    assert (named(removed), named(again), named(fresh)) == (set(), {"B", "C"}, {"B"})


def test_a_merge_into_a_tag_that_was_merged_itself_is_taken_back_after_it():
    paper = carrying("A")
    a, b, c = tags("A", "B", "C")
    (first,) = merge([a], b)
    (second,) = merge([b], c)
    first.refresh_from_db()
    assert (first.tag, first.followed_by) == (c, second)
    with pytest.raises(TagsRefused, match="“B”"):
        undo(first)
    undo(second)
    assert named(paper) == {"B"}
    first.refresh_from_db()
    assert (first.tag_id, first.followed_by) == (b.pk, None)
    undo(first)
    assert named(paper) == {"A"}


def test_a_name_that_another_tag_has_meanwhile_is_not_taken_from_it():
    carrying("A")
    (change,) = merge(tags("A"), *tags("B"))
    Tag.objects.create(name="Other", slug="a")
    with pytest.raises(TagsRefused, match="“Other”"):
        undo(change)
    (tag,) = tags("X")
    renaming = rename_to(tag, "Y")
    rename_to(tag, "Z")
    with pytest.raises(TagsRefused):
        undo(renaming)


def test_a_rename_is_taken_back_and_both_names_lead_to_the_tag():
    paper = carrying("X")
    (tag,) = tags("X")
    change = rename_to(tag, "Y")
    assert named(paper) == {"Y"}
    undo(change)
    tag.refresh_from_db()
    assert (tag.name, tag.slug, named(paper)) == ("X", "x", {"X"})
    assert named(carrying("Y")) == {"X"}


def test_names_that_a_rename_takes_lead_back_when_it_is_taken_back():
    paper = carrying("gpt4", "foo")
    (merging,) = merge(tags("gpt4"), *tags("GPT-4"))
    before = everything()
    foo, into = tags("foo", "GPT-4")
    renaming = rename_to(foo, "gpt4")
    assert named(carrying("gpt4")) == {"gpt4"}
    undo(renaming)
    assert everything()[0] == before[0]
    assert before[2] == everything()[2]
    assert set(TagAlias.objects.values_list("tag", flat=True)) == {into.pk}
    undo(merging)
    assert named(paper) == {"gpt4", "foo"}
    assert Tag.objects.get(name="gpt4").slug == "gpt4"


def test_a_tag_comes_back_under_its_address_whatever_had_that_meanwhile():
    carrying("gpt4", "foo")
    (merging,) = merge(tags("gpt4"), *tags("GPT-4"))
    (foo,) = tags("foo")
    rename_to(foo, "gpt4")
    rename_to(foo, "bar")
    undo(merging)
    assert Tag.objects.get(name="gpt4").slug == "gpt4"
    assert set(TagAlias.objects.values_list("slug", "name")) == {("foo", ""), (None, "foo")}


def test_a_rename_to_a_taken_name_and_a_merge_into_itself_are_refused():
    a, _b = tags("A", "B")
    with pytest.raises(TagsRefused, match="“B”"):
        rename_to(a, "b", slug="free")
    a.refresh_from_db()
    with pytest.raises(TagsRefused):
        merge([a], a)
    with pytest.raises(TagsRefused):
        merge([], a)
    assert rename(a) is None  # Nothing is new.
    assert not TagChange.objects.exists()


def test_only_who_may_publish_changes_a_tag_that_readers_see(admin_user):
    editor = User.objects.create_user("writer", is_staff=True)
    paper = carrying("A")
    a, b, c = tags("A", "B", "C")
    (change,) = merge([c], b, editor)
    undo(change, editor)
    make_post(papers=[paper])
    for act in (
        lambda: merge([a], b, editor),
        lambda: merge([b], a, editor),
        lambda: rename_to(a, "X", editor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    (change,) = merge([a], b, admin_user)
    with pytest.raises(PermissionDenied):
        undo(change, editor)
    assert undo(change, admin_user).restored == 1


def test_search_and_related_follow(client):
    paper = carrying("hugginface")
    make_post(papers=[paper])
    wrong, right = tags("hugginface", "hugging face")
    (change,) = merge([wrong], right)
    assert not SearchChange.objects.exists()
    for typed in ("tag:hugginface", "tag:hugging-face", 'tag:"hugging face"'):
        assert paper.title in client.get("/search/", {"q": typed}).content.decode()
    undo(change)
    assert paper.title in client.get("/search/", {"q": "tag:hugginface"}).content.decode()
    assert paper.title not in client.get("/search/", {"q": "tag:hugging-face"}).content.decode()
    rename_to(Tag.objects.get(name="hugginface"), "HF")
    assert paper.title in client.get("/search/", {"q": "tag:hf"}).content.decode()


def test_of_very_many_rows_the_worker_indexes_all(monkeypatch):
    monkeypatch.setattr(tag_changes, "INDEXED_AT_ONCE", 0)
    make_post(papers=[carrying("A")])
    SearchChange.objects.all().delete()
    merge(tags("A"), *tags("B"))
    assert SearchChange.objects.exists()


def test_a_merge_takes_as_many_queries_for_many_rows_as_for_few(django_assert_max_num_queries):
    for number in range(30):
        carrying(*("A", "AB", "B")[number % 3])
    with django_assert_max_num_queries(51):
        (change,) = merge(tags("A"), *tags("B"))
    with django_assert_max_num_queries(45):
        undo(change)


@pytest.mark.django_db(transaction=True)
def test_who_gives_a_tag_while_it_is_merged_waits_and_gives_the_other_one():
    paper, late = carrying("A"), make_paper()
    a, b = tags("A", "B")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            merge([a], b)
            adding = pool.submit(apart, lambda: late.tags.add("A"))
            until(lambda: apart(waiting))
        adding.result()
    assert named(late) == named(paper) == {"B"}


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_who_gives_the_tag():
    late = make_paper()
    a, b = tags("A", "B")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            late.tags.add("A")
            merging = pool.submit(apart, lambda: merge([a], b))
            until(lambda: apart(waiting))
        merging.result()
    assert named(late) == {"B"}


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_the_second_is_told_that_the_tag_is_gone():
    a, b, c = tags("A", "B", "C")
    carrying("A")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            merge([a], b)
            other = pool.submit(apart, lambda: merge([a], c))
            until(lambda: apart(waiting))
        with pytest.raises(TagsRefused, match="“A”"):
            other.result()
    assert TagCarrier.objects.get().change.tag == b
