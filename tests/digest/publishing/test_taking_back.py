"""A slip is taken back before the feeds have it; a withdrawal says its reason to readers."""

from datetime import timedelta
from random import Random

import pytest
import time_machine

from digest import publishing
from digest.models import Post, State
from digest.publishing.reach import Reach, taken_back_until
from papers.clock import now
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'& 잘못된 수치"


def test_it_is_taken_back_within_the_delay_and_returns_under_its_own_id():
    post = make_post(State.PUBLISHED)
    feed_id = post.feed_id
    assert taken_back_until(post) == post.published_at + timedelta(minutes=10)
    publishing.take_back(post)
    assert (post.state, taken_back_until(post)) == (State.WITHDRAWN, None)
    publishing.publish(post)
    assert post.feed_id == feed_id


def test_what_feeds_have_is_not_taken_back():
    post = make_post(State.PUBLISHED)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert taken_back_until(post) is None
        with pytest.raises(publishing.PublishRefused):
            publishing.take_back(post)
    post.refresh_from_db()
    assert post.state == State.PUBLISHED


@pytest.mark.parametrize("state", [State.DRAFT, State.SCHEDULED, State.WITHDRAWN])
def test_what_is_not_public_is_not_taken_back(state):
    with pytest.raises(publishing.PublishRefused):
        publishing.take_back(make_post(state))


def test_feeds_bring_it_after_the_delay_and_an_old_gap_never():
    draft = make_post(State.DRAFT, date=DAY)
    reach = Reach.of(draft)
    assert reach.can_be_taken_back
    assert reach.feeds_at == reach.public_at + timedelta(minutes=10)
    make_post(State.PUBLISHED, date=DAY + timedelta(days=60))
    assert Reach.of(draft).feeds_at is None
    publishing.publish(draft)
    assert taken_back_until(draft) is None
    with time_machine.travel(now() + timedelta(days=1)):
        assert draft not in Post.objects.in_feeds()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_readers_see_why_it_was_withdrawn(client, prefix):
    post = make_post(State.PUBLISHED)
    publishing.withdraw(post, XSS)
    response = client.get(prefix + post.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 410
    assert '<q lang="ko">&lt;script&gt;alert(1)' in page
    assert "<script>alert" not in page
    publishing.publish(post)
    assert post.withdrawal_reason == ""
    publishing.withdraw(post)
    assert "<q " not in client.get(prefix + post.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/2025/10/08/daily-papers/", "/en/2025/10/08/daily-papers/"])
def test_a_stored_page_says_the_reason_of_now(visitor, path):
    post = make_post(State.PUBLISHED)
    assert visitor.get(path).status_code == 200
    for reason in ("Erstens", "Zweitens"):
        publishing.withdraw(post, reason)
        for _ in range(2):  # Made, then stored.
            response = visitor.get(path)
            assert (response.status_code, reason in response.text) == (410, True)
        Post.objects.filter(pk=post.pk).update(withdrawal_reason="Plain SQL")
        assert "Plain SQL" in visitor.get(path).text
        publishing.publish(post)
        assert visitor.get(path).status_code == 200


def test_after_100_random_acts_the_public_state_is_that_of_the_last_act(admin_user):
    """Scheduling, editing, taking off the schedule: a stale task publishes nothing (F21)."""
    make_section(paper := make_paper())
    post = make_post(State.DRAFT, papers=[paper])
    start = now()
    for seed in range(34):
        at = start + timedelta(hours=2 * seed)
        with time_machine.travel(at, tick=False) as clock:
            chance = Random(seed)
            for number in range(3):
                clock.shift(1)
                _act(chance.choice(["schedule", "off", "edit"]), post, chance, admin_user, number)
            due, is_scheduled = post.scheduled_at, post.state == State.SCHEDULED
            for minutes in (6, 51):
                clock.move_to(at + timedelta(minutes=minutes))
                publishing.publish_due()
                post.refresh_from_db()
                is_public = is_scheduled and due <= now()
                assert (post.state == State.PUBLISHED) == is_public
                assert not is_public or post.public_title == post.title
            _unpublish(post)


def _act(act, post, chance, user, number):
    if act == "schedule":
        publishing.schedule(post, now() + timedelta(minutes=chance.choice([5, 50])))
    elif act == "off":
        publishing.back_to_draft(post)
    else:
        post.title, post._history_user = f"{post.title[:20]} {number}", user
        post.save()


def _unpublish(post):
    """Make it a draft again, for the next order. No step does that."""
    Post.objects.filter(pk=post.pk).update(
        state=State.DRAFT, published_at=None, updated_at=None, scheduled_at=None
    )
    post.refresh_from_db()


def test_beat_was_down_at_its_time_published_once_dated_as_scheduled_and_noted_late():
    """F20: down over T, up at T + 2 h."""
    post = make_post(State.DRAFT)
    at = now() + timedelta(hours=1)
    publishing.schedule(post, at)
    with time_machine.travel(at + timedelta(hours=2)):
        assert [publishing.publish_due(), publishing.publish_due()] == [1, 0]
    post.refresh_from_db()
    assert (post.state, post.published_at) == (State.PUBLISHED, at)
    assert post.history.first().history_change_reason.startswith("published late")
