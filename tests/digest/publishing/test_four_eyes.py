"""FOUR_EYES: nobody alone makes public what they wrote."""

from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.contrib.auth.models import Group, User

from digest import publishing
from digest.models import Entry, Post, State
from digest.publishing import approval, four_eyes, reviews
from digest.publishing.seen import lines
from papers.checks.evidence import claims
from papers.clock import now
from papers.models import Evidence, Finding, Found, Section
from papers.pipeline import evidence_choices
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(settings):
    settings.FOUR_EYES = True


def person(name, group="Publishers"):
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def kim():
    return person("kim")


@pytest.fixture
def lee():
    return person("lee")


@pytest.fixture
def park():
    return person("park", "Reviewers")


def edit(row, user, **fields):
    """Change a row as a person does in the admin. None is a machine."""
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_user = user
    row.save()
    return row


def draft():
    """Return a draft that a machine made, of one paper with one section."""
    paper = make_paper()
    make_section(paper)
    return make_post(State.DRAFT, papers=[paper])


def section_of(post):
    return Section.objects.get(paper__entries__post=post)


def review(post, user):
    return reviews.mark_reviewed(post, user, "", frozenset(lines(post)))


def refused(step, *args, **kwargs):
    with pytest.raises(publishing.Alone):
        step(*args, **kwargs)
    return True


@pytest.mark.parametrize("part", ["title", "intro", "slug", "note", "order", "section"])
def test_who_wrote_a_part_does_not_publish_it_alone_and_another_does(kim, lee, part):
    post = draft()
    row, field = {
        "note": (post.entries.get(), "note"),
        "order": (post.entries.get(), "position"),
        "section": (section_of(post), "markdown"),
    }.get(part, (post, part))
    edit(row, kim, **{field: 7 if part == "order" else "changed"})
    assert refused(publishing.publish, post, by=kim)
    assert refused(publishing.schedule, post, now() + timedelta(hours=1), by=kim)
    post.refresh_from_db()
    assert post.state == State.DRAFT
    publishing.publish(post, by=lee)
    assert post.state == State.PUBLISHED


def test_it_is_off_by_default_and_machines_texts_need_one_person(settings, kim):
    post = draft()
    publishing.publish(post, by=kim)
    settings.FOUR_EYES = False
    other = edit(draft(), kim, title="Mine")
    publishing.publish(other, by=kim)


def test_who_changed_it_in_between_counts_too(kim, lee):
    post = edit(draft(), kim, title="One")
    edit(post, lee, title="Two")
    edit(post, None, title="By a machine")
    assert refused(publishing.publish, post, by=kim)
    assert refused(publishing.publish, post, by=lee)
    publishing.publish(post, by=person("third"))


def test_without_a_person_what_people_wrote_needs_a_review(kim, lee):
    post = edit(draft(), kim, title="One")
    assert refused(publishing.publish, post)
    review(post, lee)
    publishing.publish(post)


def test_a_review_of_this_very_text_is_the_second_person(kim, park):
    post = edit(draft(), kim, title="One")
    review(post, park)
    edit(post, kim, title="Two")
    assert refused(publishing.publish, post, by=kim)
    review(post, park)
    edit(section_of(post), None, markdown="A machine's.")
    publishing.publish(post, by=kim)


def test_who_requests_changes_takes_back_that_it_is_right(kim, lee, park):
    post = edit(draft(), kim, title="One")
    review(post, park)
    reviews.request_changes(post, park, "No, wait.")
    assert refused(publishing.publish, post, by=kim)
    review(post, lee)
    reviews.request_changes(post, park, "Still not.")
    publishing.publish(post, by=kim)


@pytest.mark.parametrize("how", ["own", "no right", "inactive"])
def test_a_review_counts_only_of_another_who_may_still_review(kim, park, how):
    post = edit(draft(), kim, title="One")
    review(post, kim if how == "own" else park)
    if how == "no right":
        park.groups.clear()
    elif how == "inactive":
        User.objects.filter(pk=park.pk).update(is_active=False)
    assert refused(publishing.publish, post, by=kim)


def test_changes_of_a_public_post_need_a_second_person_and_old_authors_do_not_count(kim, lee):
    post = edit(draft(), kim, title="One")
    publishing.publish(post, by=lee)
    edit(section_of(post), lee, markdown="Better.")
    assert refused(publishing.publish_changes, post, by=lee)
    assert publishing.publish_changes(post, by=kim)
    edit(section_of(post), lee, markdown="Worse.")
    edit(section_of(post), lee, markdown="Better.")  # As readers see it: nothing of it goes public.
    edit(post, kim, title="Two")
    assert publishing.publish_changes(post, by=lee)


def test_taking_a_paper_out_needs_a_second_person(kim, lee):
    post = make_post(State.PUBLISHED, papers=2)
    edit(post.entries.first(), kim, position=None)
    assert refused(publishing.publish_changes, post, by=kim)
    assert publishing.publish_changes(post, by=lee)


def test_a_paper_deleted_from_a_draft_needs_a_second_person(kim, lee):
    post = make_post(State.DRAFT, papers=2)
    entry = post.entries.first()
    entry._history_user = kim
    entry.delete()
    assert refused(publishing.publish, post, by=kim)
    review(post, lee)
    publishing.publish(post, by=kim)
    edit(post, lee, title="Another")
    assert publishing.publish_changes(post, by=kim)  # Of what was deleted before, nothing is new.


def test_a_deleted_paper_that_is_back_is_not_gone(kim):
    post = make_post(State.DRAFT, papers=2)
    entry = post.entries.first()
    entry._history_user = kim
    entry.delete()
    Entry.objects.create(post=post, paper=entry.paper, position=1)
    publishing.publish(post, by=kim)


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_a_review_does_not_cover_a_paper_that_was_out_of_the_post(kim, lee, park, state):
    post = make_post(state, papers=2)
    entry = post.entries.first()
    edit(entry.paper.sections.first(), kim, markdown="Unseen.")
    if state == State.DRAFT:
        entry.delete()
    else:
        edit(entry, None, position=None)
    review(post, park)
    if state == State.DRAFT:
        Entry.objects.create(post=post, paper=entry.paper, position=1)
    else:
        edit(entry, None, position=1)
    step = publishing.publish if state == State.DRAFT else publishing.publish_changes
    assert refused(step, post, by=kim)
    review(post, park)
    step(post, by=kim)


def test_a_review_does_not_cover_the_evidence_of_a_paper_that_was_out(kim, park):
    post = make_post(State.PUBLISHED, papers=2)
    entry = post.entries.first()
    section = entry.paper.sections.first()
    Evidence.objects.create(section=section, sentence="c" * 16, found=Found.OWN)
    Evidence.objects.update(public_found=Found.NONE, chosen_by=kim, chosen_at=now())
    assert four_eyes.alone([post], kim)
    edit(entry, None, position=None)
    review(post, park)
    edit(entry, None, position=1)
    assert four_eyes.alone([post], kim)


def test_a_withdrawn_post_returns_by_one_person_as_it_was_and_by_two_if_changed(kim, lee):
    post = make_post(State.WITHDRAWN)
    publishing.publish(post, by=kim)
    publishing.withdraw(post)
    edit(post, kim, title="Another")
    assert refused(publishing.publish, post, by=kim)
    publishing.publish(post, by=lee)


def test_what_another_post_shows_already_counts_by_its_own_history(kim, lee):
    paper = make_paper()
    section = make_section(paper)
    make_post(papers=[paper])
    post = make_post(State.DRAFT, papers=[paper])
    edit(section, kim, markdown="Mine.")
    assert refused(publishing.publish, post, by=kim)
    publishing.publish(post, by=lee)


@pytest.mark.parametrize("who", ["lee", "kim"])
def test_any_edit_after_scheduling_takes_it_back_to_review(kim, lee, who):
    post = edit(draft(), kim, title="One")
    publishing.schedule(post, now() + timedelta(hours=1), by=lee)
    edit(section_of(post), {"lee": lee, "kim": kim}[who], markdown="Later.")
    post.refresh_from_db()
    assert post.state == State.IN_REVIEW


def _chosen(post, user):
    section = section_of(post)
    row = Evidence.objects.filter(section=section).first() or Evidence.objects.create(
        section=section, sentence=claims.checksum(section.markdown), found=Found.NONE
    )
    evidence_choices.claim_as_own(row, user)


@pytest.mark.parametrize("both", [True, False])
def test_a_choice_of_evidence_takes_a_scheduled_post_back_at_once(settings, kim, lee, park, both):
    settings.FOUR_EYES = both
    post = draft()
    for by, taken_back in ((lee, both), (park, True)):
        publishing.schedule(post, now() + timedelta(hours=1), by=kim)
        _chosen(post, by)
        post.refresh_from_db()
        assert (post.state == State.IN_REVIEW) == taken_back
        review(post, lee)


@pytest.mark.parametrize("may_publish", [True, False])
def test_accepting_a_finding_of_a_scheduled_post_is_a_publishers_right(lee, park, may_publish):
    post = draft()
    publishing.schedule(post, now() + timedelta(hours=1), by=lee)
    Finding.objects.create(
        paper=post.entries.get().paper,
        level="warning",
        start=0,
        end=0,
        accepted_at=now(),
        accepted_by=lee if may_publish else park,
        reason="It is right.",
    )
    assert bool(approval.edited_unapproved([post])) != may_publish


@pytest.mark.parametrize("scheduled_by", ["kim", "lee", None])
def test_what_was_scheduled_before_the_setting_needs_a_second_person(
    settings, kim, lee, scheduled_by
):
    settings.FOUR_EYES = False
    post = edit(draft(), kim, title="One")
    post._history_user = {"kim": kim, "lee": lee, None: None}[scheduled_by]
    publishing.schedule(post, now() + timedelta(hours=1))
    settings.FOUR_EYES = True
    with time_machine.travel(now() + timedelta(hours=2)):
        publishing.publish_due()
    post.refresh_from_db()
    assert (post.state == State.PUBLISHED) == (scheduled_by == "lee")


def test_it_takes_as_many_queries_for_many_posts_as_for_one(kim, django_assert_num_queries):
    posts = [make_post(State.DRAFT, papers=3) for _ in range(3)]
    for post in posts:
        for entry in post.entries.all():
            edit(entry, kim, note="Mine")
    for some in (posts[:1], posts):
        with django_assert_num_queries(9):
            assert four_eyes.alone(some, kim) == {post.pk for post in some}


def test_in_any_order_of_acts_what_goes_public_had_two_people(kim, lee, park):  # noqa: C901
    """Of each published title somebody else than its writers took the step or reviewed it."""
    people = [kim, lee]
    for seed in range(40):
        chance = Random(seed)
        post = edit(draft(), kim, title="Title 0")
        writers, looked = {kim.pk}, set()
        for number in range(8):
            by = chance.choice(people)
            match chance.choice(["edit", "review", "changes", "publish"]):
                case "edit":
                    edit(post, by, title=f"Title {seed} {number}")
                    writers, looked = writers | {by.pk}, set()
                case "review":
                    by = chance.choice([*people, park])
                    review(post, by)
                    looked.add(by.pk)
                case "changes":
                    by = chance.choice([*people, park])
                    reviews.request_changes(post, by, "No.")
                    looked.discard(by.pk)
                case "publish":
                    allowed = bool((looked | {by.pk}) - writers)
                    step = (
                        publishing.publish_changes
                        if post.state == State.PUBLISHED
                        else publishing.publish
                    )
                    try:
                        step(post, by=by)
                    except publishing.Alone:
                        assert not allowed
                    else:
                        assert allowed or not writers
                        writers, looked = set(), looked if not writers else set()
    assert Entry.objects.exists()
    assert Post.objects.published().exists()
