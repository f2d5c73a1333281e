"""The calendar of posts: what is scheduled, late, in work, public, or missing."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from digest.models import Post, State
from papers.clock import now
from papers.models import Choice, Listing
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

CALENDAR = reverse("admin:digest_post_calendar")


def days(response):
    """Return what stands on each day of the month: words, or None for a missing post."""
    shown = [day for week in response.context["weeks"] for day in week if day.in_month]
    return {
        day.date.day: [post.tone for post in day.posts] + [None] * day.is_missing
        for day in shown
        if day.posts or day.is_missing
    }


def listed(day, choice=Choice.PENDING):
    Listing.objects.create(
        paper=make_paper(), source="huggingface", day=date(2025, 10, day), rank=1, choice=choice
    )


def test_each_day_says_what_is_due(client, editor, django_assert_max_num_queries):
    make_post(State.PUBLISHED, date=date(2025, 10, 1))
    make_post(State.DRAFT, date=date(2025, 10, 2))
    scheduled = make_post(State.SCHEDULED, date=date(2025, 10, 3))
    late = make_post(State.SCHEDULED, date=date(2025, 10, 4))
    missed = make_post(State.IN_REVIEW, date=date(2025, 10, 5))
    Post.objects.filter(pk__in=[late.pk, missed.pk]).update(scheduled_at=now() - timedelta(hours=1))
    listed(6)
    listed(7, Choice.EXCLUDED)
    listed(1)
    with django_assert_max_num_queries(12):
        response = client.get(CALENDAR, {"month": "2025-10"})
    assert days(response) == {
        1: ["state-published"],
        2: ["state-draft"],
        3: ["state-scheduled"],
        4: ["bad"],
        5: ["bad"],
        6: [None],
    }
    due = [post.title for _day, post in response.context["due"]]
    assert due == [late.title, missed.title, scheduled.title]
    assert "day=2025-10-06" in response.content.decode()


def test_a_month_without_posts_says_so(client, editor):
    make_post(State.DRAFT, date=date(2025, 10, 2))
    said = "이 달에는 글이 없습니다."
    assert said not in client.get(CALENDAR, {"month": "2025-10"}).content.decode()
    assert said in client.get(CALENDAR, {"month": "2025-09"}).content.decode()


def test_a_day_that_is_not_over_misses_no_post(client, editor):
    today = now().date()
    Listing.objects.create(paper=make_paper(), source="huggingface", day=today, rank=1)
    assert days(client.get(CALENDAR)) == {}


@pytest.mark.parametrize(
    "month", ["", "x", "2025-13", "0001-01", "9999-12", "1991-01", "2999-12", "2025-10-08"]
)
def test_any_month_is_a_page(client, editor, month):
    response = client.get(CALENDAR, {"month": month})
    assert response.status_code == 200
    assert len(response.context["weeks"]) in range(4, 7)


def test_it_is_for_who_may_read_posts(client):
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(CALENDAR).status_code == 403
