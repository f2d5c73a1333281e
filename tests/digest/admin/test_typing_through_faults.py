"""An editor types while the browser is killed, the server is away, and answers are slow."""

import pytest
from django.conf import settings

from digest.models import Post, State
from tests.benchmarks import unsaved
from tests.conftest import CHROMIUM
from tests.factories import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drafts(live_server, client, admin_user):
    client.force_login(admin_user)
    posts = [make_post(state=State.DRAFT, papers=1).pk for _ in range(2)]
    return unsaved.Site(live_server.url, client.cookies[settings.SESSION_COOKIE_NAME].value, posts)


def test_a_killed_browser_loses_at_most_two_seconds(drafts):
    lost = unsaved.killed(drafts, CHROMIUM, count=3)
    assert (len(lost), max(lost) <= unsaved.MOST_LOST_S) == (3, True), lost


def test_nothing_is_lost_while_the_server_is_away(desk, drafts):
    found = unsaved.away(
        desk,
        drafts,
        seconds=20,
        stop=lambda: desk.context.set_offline(True),
        start=lambda: desk.context.set_offline(False),
    )
    assert found.typed == found.shown == Post.objects.get(pk=drafts.posts[0]).intro


def test_slow_answers_are_no_conflicts(context, drafts):
    answers, texts = unsaved.delays(context, drafts, runs=10, pages=2, longest=1)
    assert set(answers) == {200}
    assert {post: Post.objects.get(pk=post).intro for post in texts} == texts
