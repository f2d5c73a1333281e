"""Reviews on the pages of a post: who may say what, which button stands out, whom it waits for."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.timezone import localtime

from digest import publishing
from digest.admin.reviewing import SHOWN, Talk
from digest.models import Comment, CommentKind, Post, State
from digest.publishing import corrections, reviews
from papers.clock import now
from papers.models import Section
from tests.digest.confirming import confirm, shown
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def person(name, group, without=""):
    user = User.objects.create_user(name, is_staff=True)
    rights = Group.objects.get(name=group).permissions.exclude(codename=without)
    user.user_permissions.set(rights)
    return user


@pytest.fixture
def lee():
    return person("lee", "Reviewers")


@pytest.fixture
def writer():
    return person("writer", "Editors", without="publish_post")


def step(post, name="change"):
    return reverse(f"admin:digest_post_{name}", args=[post.pk])


def reviewed_draft(**fields):
    """Return a draft whose only paper is written and reviewed."""
    paper = make_paper()
    make_section(paper)
    Section.objects.filter(paper=paper).update(reviewed_at=now())
    return make_post(State.DRAFT, papers=[paper], **fields)


def stands_out(client, post):
    """Return the names of the buttons that stand out on the page of a post."""
    variants = client.get(step(post)).context["variants"]
    return [name for name, variant in variants.items() if variant == "primary"]


def test_a_reviewer_reads_comments_requests_changes_and_changes_nothing(client, editor, lee):
    post = make_post(State.DRAFT, papers=1)
    form = client.get(step(post, "ask")).context["form"]
    assert list(form.fields["asked"].queryset) == [lee]
    client.post(step(post, "ask"), {"asked": lee.pk, "text": "Numbers?"})
    client.force_login(lee)
    page = client.get(step(post)).content.decode()
    assert "Numbers?" in page
    assert 'name="_publish"' not in page
    title = post.title
    assert client.post(step(post), {"title": "Mine"}).status_code == 403
    assert client.post(step(post, "ask"), {"asked": "", "text": ""}).status_code == 403
    client.post(step(post, "review"), {"verdict": "changes", "text": f"No {XSS}"})
    post.refresh_from_db()
    assert (post.state, post.title) == (State.DRAFT, title)
    client.force_login(editor)
    page = client.get(step(post)).content.decode()
    assert "No &lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("verdict", ["changes", "reviewed"])
def test_who_may_not_review_gives_no_verdict(client, writer, verdict):
    client.force_login(writer)
    post = make_post(State.IN_REVIEW)
    sent = shown(client, step(post, "review")) | {"verdict": verdict, "text": "x"}
    assert client.post(step(post, "review"), sent).status_code == 403
    assert client.post(step(post, "review"), sent | {"verdict": "comment"}).status_code == 302
    assert Comment.objects.get().kind == CommentKind.COMMENT


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "comment"), (" \n", "changes"), ("x" * 2001, "comment"), ("x\x07", "reviewed")],
)
def test_what_cannot_be_stored_is_an_error_at_its_field(client, editor, text, kind):
    post = make_post(State.IN_REVIEW)
    sent = shown(client, step(post, "review")) | {"verdict": kind, "text": text}
    response = client.post(step(post, "review"), sent)
    assert response.status_code == 200
    assert response.context["form"].errors["text"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("verdict", ["published", "asked", "", XSS])
def test_an_unknown_verdict_is_a_comment(client, editor, verdict):
    post = make_post(State.IN_REVIEW)
    client.post(step(post, "review"), {"verdict": verdict, "text": "Hm."})
    assert Comment.objects.get().kind == CommentKind.COMMENT


@pytest.mark.parametrize("asked", ["999999", "kim", "nobody", "writer"])
def test_only_who_may_review_is_asked(client, editor, writer, asked):
    named = {"writer": str(writer.pk), "kim": str(editor.pk)}.get(asked, asked)
    post = make_post(State.DRAFT)
    response = client.post(step(post, "ask"), {"asked": named, "text": ""})
    assert response.context["form"].errors["asked"]
    assert not Comment.objects.exists()


def test_a_text_changed_since_the_page_was_made_is_not_marked_as_reviewed(client, editor):
    post = make_post(State.IN_REVIEW)
    sent = shown(client, step(post, "review"))
    Post.objects.filter(pk=post.pk).update(title="Another")
    page = client.post(step(post, "review"), sent | {"verdict": "reviewed", "text": "My words"})
    assert not Comment.objects.exists()
    assert "My words" in page.content.decode()
    confirm(client, step(post, "review"), verdict="reviewed", text="")
    assert Comment.objects.get().kind == CommentKind.REVIEWED


def test_one_button_stands_out_for_each_person(client, editor, writer, lee):
    post = reviewed_draft()
    assert stands_out(client, post) == ["publish"]
    assert stands_out(client, make_post(State.DRAFT, papers=1)) == ["save"]
    client.force_login(writer)
    assert stands_out(client, post) == ["ask"]
    reviews.ask(post, writer, lee)
    assert stands_out(client, post) == ["save"]
    client.force_login(lee)
    assert stands_out(client, post) == ["review"]
    reviews.request_changes(post, lee, "No.")
    assert stands_out(client, post) == []
    client.force_login(editor)
    assert stands_out(client, post) == ["save"]


def test_with_four_eyes_the_author_is_led_to_a_review_and_cannot_publish(client, editor, settings):
    settings.FOUR_EYES = True
    post = reviewed_draft()
    post.title, post._history_user = "Mine", editor
    post.save()
    assert stands_out(client, post) == ["ask"]
    for name, sent in (("publish", {}), ("schedule", {"morning": "2099-01-01T08:00"})):
        page = client.get(step(post, name))
        assert page.context["alone"]
        assert step(post, "ask") in page.content.decode()
        confirm(client, step(post, name), **sent)
    post.refresh_from_db()
    assert post.state == State.DRAFT


def test_the_desk_says_whom_a_post_waits_for(client, editor, lee):
    post = make_post(State.DRAFT, papers=1)
    reviews.ask(post, editor, lee)

    def titles():
        desk = client.get(reverse("admin:index")).context["desk"]
        rows = [each for each in (*desk.yours, *desk.others) if each.title == post.title]
        return [(each in desk.yours, each.step and each.step.address) for each in rows]

    assert titles() == [(False, None)]
    client.force_login(lee)
    assert titles() == [(True, step(post, "review"))]
    reviews.mark_reviewed(post, lee, "", frozenset(lines_of(client, post)))
    assert titles() == [(False, None)]
    client.force_login(editor)
    assert titles() == [(True, step(post, "publish"))]


def test_a_request_stays_open_when_another_post_with_its_paper_or_a_correction_goes_public(
    client, editor, lee
):
    paper = make_paper()
    section = make_section(paper)
    post = make_post(State.PUBLISHED, papers=[paper])
    other = make_post(State.DRAFT, papers=[paper])
    Post.objects.filter(pk=post.pk).update(title="Changed")
    said = reviews.ask(post, editor, lee)
    Section.objects.filter(pk=section.pk).update(markdown="Another text.")
    publishing.publish(other)
    corrections.changed(post.pk)
    post.refresh_from_db()
    assert post.updated_at > said.made_at
    assert Talk.of(post).asked == said
    client.force_login(lee)
    desk = client.get(reverse("admin:index")).context["desk"]
    assert post.pk in _posts_of(desk.yours)
    publishing.publish_changes(post)
    assert Talk.of(post).asked is None


@pytest.mark.parametrize("part", ["title", "section", "entry"])
@pytest.mark.parametrize("verdict", ["reviewed", "changes"])
def test_a_verdict_about_an_earlier_text_is_none_and_the_next_step_is_to_ask(
    client, editor, lee, part, verdict
):
    post = reviewed_draft()
    if verdict == "reviewed":
        reviews.mark_reviewed(post, lee, "", frozenset(lines_of(client, post)))
    else:
        reviews.request_changes(post, lee, "No.")
    assert not Talk.of(post).is_stale
    assert (Talk.of(post).is_reviewed, Talk.of(post).wants_changes) == (
        verdict == "reviewed",
        verdict == "changes",
    )
    said = "마지막 검토 이후 변경됨"
    assert said not in client.get(reverse("admin:index")).text
    entry = post.entries.get()
    row, field = {
        "title": (post, "title"),
        "section": (entry.paper.sections.get(), "markdown"),
        "entry": (entry, "note"),
    }[part]
    setattr(row, field, "Changed since.")
    row.save()
    talk = Talk.of(post)
    assert (talk.is_stale, talk.is_reviewed, talk.wants_changes) == (True, False, False)
    assert stands_out(client, post) == ["ask"]
    assert said in client.get(step(post)).text
    assert said in client.get(reverse("admin:index")).text


def test_who_is_asked_about_a_scheduled_post_finds_it_on_the_desk(client, editor, lee):
    post = make_post(State.DRAFT, papers=1)
    publishing.schedule(post, now() + timedelta(hours=1))
    reviews.ask(post, editor, lee)
    assert post.pk not in _posts_of(client.get(reverse("admin:index")).context["desk"].yours)
    client.force_login(lee)
    [item] = client.get(reverse("admin:index")).context["desk"].yours
    assert item.step.address == step(post, "review")
    assert stands_out(client, post) == ["review"]


def test_a_request_to_an_account_that_is_gone_is_open_to_all(client, editor, lee):
    post = reviewed_draft()
    reviews.ask(post, person("writer", "Editors"), lee)
    assert stands_out(client, post) == ["save"]
    lee.delete()
    assert stands_out(client, post) == ["publish"]
    assert post.pk in _posts_of(client.get(reverse("admin:index")).context["desk"].yours)


def test_a_page_reads_the_newest_comments_alone_and_finds_the_request_before_them(editor, lee):
    post = make_post(State.DRAFT)
    said = reviews.ask(post, editor, lee)
    for number in range(SHOWN + 4):
        reviews.comment(post, editor, str(number))
    talk = Talk.of(post)
    assert (talk.asked, talk.earlier, len(talk.comments)) == (said, 5, SHOWN)
    assert talk.comments[-1].text == str(SHOWN + 3)


def test_with_four_eyes_a_publisher_is_told_that_an_edit_unschedules(client, editor, settings):
    post = make_post(State.DRAFT, papers=1)
    publishing.schedule(post, now() + timedelta(hours=1))
    entry = post.entries.get()
    pages = [
        step(post),
        reverse("admin:digest_entry_write", args=[entry.pk]),
        reverse("admin:papers_paper_change", args=[entry.paper_id]),
    ]
    for is_on in (False, True):
        settings.FOUR_EYES = is_on
        assert ["직접 쓰지 않은 사람" in client.get(page).text for page in pages] == [is_on] * 3


def _posts_of(items):
    """Return the ids of the posts that rows of the desk lead to."""
    return {int(each.address.split("/")[-3]) for each in items if "/digest/post/" in each.address}


def lines_of(client, post):
    return client.get(step(post, "review")).context["seen"].split("\n")


def test_a_morning_is_one_click_in_the_time_zone_of_the_site(client, editor, settings):
    settings.TIME_ZONE = "America/New_York"
    post = make_post(State.DRAFT)
    page = client.get(step(post, "schedule"))
    at = page.context["tomorrow"]
    assert f'name="morning" value="{localtime(at):%Y-%m-%dT%H:%M}"' in " ".join(page.text.split())
    confirm(
        client, step(post, "schedule"), at_0="", at_1="", morning=f"{localtime(at):%Y-%m-%dT%H:%M}"
    )
    post.refresh_from_db()
    assert post.scheduled_at == at
    assert (localtime(at).hour, localtime(at).date()) == (
        8,
        localtime(now()).date() + timedelta(days=1),
    )


@pytest.mark.parametrize("typed", ["x", "2026-13-01T08:00", "2020-01-01T08:00", "T", XSS])
def test_a_morning_that_cannot_be_is_an_error(client, editor, typed):
    post = make_post(State.DRAFT)
    response = client.post(step(post, "schedule"), {"morning": typed})
    assert response.context["form"].errors["at"]


def test_taking_back_is_offered_until_the_feeds_have_it(client, editor):
    post = make_post(State.PUBLISHED)
    assert step(post, "take_back") in client.get(step(post)).content.decode()
    assert client.get(step(post, "take_back")).status_code == 405
    client.post(step(post, "take_back"))
    post.refresh_from_db()
    assert post.state == State.WITHDRAWN
    assert step(post, "take_back") not in client.get(step(post)).content.decode()


@pytest.mark.parametrize("reason", ["x" * 301, "bell \x07"])
def test_a_reason_that_cannot_be_stored_is_an_error_and_withdraws_nothing(client, editor, reason):
    post = make_post(State.PUBLISHED)
    response = client.post(step(post, "withdraw"), {"reason": reason})
    assert response.context["form"].errors["reason"]
    post.refresh_from_db()
    assert post.state == State.PUBLISHED
    client.post(step(post, "withdraw"), {"reason": "  Wrong\nnumbers "})
    post.refresh_from_db()
    assert post.withdrawal_reason == "Wrong numbers"


def test_the_page_to_publish_says_when_the_feeds_have_it(client, editor):
    post = make_post(State.DRAFT)
    reach = client.get(step(post, "publish")).context["reach"]
    assert reach.can_be_taken_back
    client.post(reverse("admin:language"), {"language": "en"})
    in_english = client.get(step(post, "publish")).content.decode()
    assert f"at once: {post.get_absolute_url()}" in in_english  # Where its own readers see it.
    publishing.publish(post)
    Post.objects.filter(pk=post.pk).update(title="Another")
    assert client.get(step(post, "publish")).context["reach"].feeds_at == (
        post.published_at + timedelta(minutes=10)
    )
