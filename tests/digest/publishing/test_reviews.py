"""People ask each other to review a post, comment, request changes, and are told by mail."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail

from digest import publishing
from digest.models import Comment, CommentKind, Preference, State
from digest.publishing import reviews
from digest.publishing.seen import lines
from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, JobState
from papers.pipeline.steps import STEPS
from tests.factories import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    user = User.objects.create_user(
        "kim", "kim@example.org", first_name="민", last_name="김", is_staff=True
    )
    user.user_permissions.add(Permission.objects.get(codename="change_post"))
    return user


@pytest.fixture
def lee():
    user = User.objects.create_user("lee", "lee@example.org", first_name="Ada", is_staff=True)
    rights = Permission.objects.filter(codename__in=["review_post", "view_post"])
    user.user_permissions.set(rights)
    return user


@pytest.fixture
def mailed(settings):
    settings.EMAIL_URL = "smtp://mail.test:25"

    def read():
        """Carry out the jobs that are due, and return (to, subject, text) of each mail."""
        for job in Job.objects.filter(kind=JobKind.REVIEW_MAIL, state=JobState.DUE).order_by("pk"):
            jobs.run(job.pk, STEPS)
        found = [(each.to[0], each.subject, each.body) for each in mail.outbox]
        mail.outbox.clear()
        return found

    return read


def test_a_request_brings_a_draft_to_review_and_names_who_is_asked(kim, lee):
    post = make_post(State.DRAFT)
    said = reviews.ask(post, kim, lee, "Please look at the numbers.")
    assert (post.state, said.asked_name, said.author_name) == (State.IN_REVIEW, "Ada", "김민")


@pytest.mark.parametrize("state", [State.SCHEDULED, State.PUBLISHED, State.WITHDRAWN])
def test_a_request_about_what_is_further_leaves_it_there(kim, lee, state):
    post = make_post(state)
    reviews.ask(post, kim, lee)
    assert post.state == state


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.DRAFT, State.DRAFT),
        (State.IN_REVIEW, State.DRAFT),
        (State.SCHEDULED, State.IN_REVIEW),
        (State.PUBLISHED, State.PUBLISHED),
        (State.WITHDRAWN, State.WITHDRAWN),
    ],
)
def test_requested_changes_bring_it_back_to_who_writes(lee, before, after):
    post = make_post(before)
    reviews.request_changes(post, lee, "3% is 5%.")
    post.refresh_from_db()
    assert post.state == after


def test_a_text_that_was_not_seen_is_not_reviewed(lee):
    post = make_post(State.IN_REVIEW)
    seen = frozenset(lines(post))
    post.title = "Changed meanwhile"
    post.save()
    with pytest.raises(publishing.Unapproved):
        reviews.mark_reviewed(post, lee, "", seen)
    assert not Comment.objects.exists()
    reviews.mark_reviewed(post, lee, "", frozenset(lines(post)))
    assert Comment.objects.get().kind == CommentKind.REVIEWED


def test_what_was_said_outlives_the_account_and_goes_with_the_post(kim, lee):
    post = make_post(State.DRAFT)
    reviews.ask(post, kim, lee, "Please.")
    kim.delete()
    lee.delete()
    said = Comment.objects.get()
    assert (said.author, said.author_name, said.asked, said.asked_name) == (
        None,
        "김민",
        None,
        "Ada",
    )
    post.delete()
    assert not Comment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_asked_and_who_asked_are_told_by_mail_in_their_language(kim, lee, mailed, settings):
    settings.SITE_URL = "https://digest.test"
    Preference.objects.create(user=lee, language="en")
    post = make_post(State.DRAFT, title="Mail\nme")
    reviews.ask(post, kim, lee, "Numbers <b>&</b>?")
    ((to, subject, text),) = mailed()
    assert to == "lee@example.org"
    assert subject.endswith("김민 asks you to review “Mail me”")
    assert "Numbers <b>&</b>?" in text
    assert f"https://digest.test/admin/digest/post/{post.pk}/change/#review" in text
    reviews.request_changes(post, lee, "No.")
    ((to, subject, _text),) = mailed()
    assert (to, "Ada" in subject) == ("kim@example.org", True)
    reviews.comment(post, kim, "Done.")
    assert [to for to, *_ in mailed()] == ["lee@example.org"]


@pytest.mark.parametrize(
    "why", ["no EMAIL_URL", "no address", "inactive", "no right", "no staff", "nobody named"]
)
def test_nobody_is_told_without_a_way(kim, lee, mailed, settings, why):
    if why == "no EMAIL_URL":
        settings.EMAIL_URL = ""
    elif why == "no address":
        User.objects.filter(pk=lee.pk).update(email="")
    elif why == "inactive":
        User.objects.filter(pk=lee.pk).update(is_active=False)
    elif why == "no right":
        lee.user_permissions.clear()
    elif why == "no staff":
        User.objects.filter(pk=lee.pk).update(is_staff=False)
    lee = User.objects.get(pk=lee.pk)
    reviews.ask(make_post(State.DRAFT), kim, None if why == "nobody named" else lee)
    assert not Job.objects.filter(kind=JobKind.REVIEW_MAIL).exists()


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_right_meanwhile_is_not_told(kim, lee, mailed):
    reviews.ask(make_post(State.DRAFT), kim, lee, "A secret.")
    lee.user_permissions.clear()
    assert mailed() == []


def test_a_request_for_changes_of_a_scheduled_post_keeps_it_from_readers(lee):
    post = make_post(State.DRAFT)
    publishing.schedule(post, now() + timedelta(hours=1))
    reviews.request_changes(post, lee, "Wait.")
    assert (post.state, post.approved_at) == (State.IN_REVIEW, None)
