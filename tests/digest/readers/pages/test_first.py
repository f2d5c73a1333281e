"""The pages that a worker makes after a digest was published."""

import pytest

from digest import publishing
from digest.readers.pages import first, rows
from papers.clock import now
from tests.factories import make_post

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_readers_ask_for_first_is_stored_in_all_languages(visitor):
    post = make_post(papers=2)
    asked = list(first.addresses(post))
    assert len(asked) == 2 * (2 + 5 + 2)
    assert {"/", "/en/", "/feed.xml", "/en/papers/feed.xml", post.get_absolute_url()} <= set(asked)
    assert first.make_first(post) == len(asked)
    assert all(rows.read(path, now()) for path in asked)
    assert first.make_first(post) == 0


def test_only_what_a_change_dropped_is_made_again(visitor):
    post, other = make_post(papers=2), make_post(papers=1)
    first.make_first(post), first.make_first(other)
    paper = other.entries.get().paper
    paper.title = "A better title"
    paper.save()
    kept = {path for path in first.addresses(post) if rows.read(path, now())}
    assert post.entries.first().paper.get_absolute_url() in kept
    assert 0 < first.make_first(other) <= len(list(first.addresses(other)))
    assert first.make_first(other) == 0
    publishing.withdraw(other)
    assert rows.read(other.get_absolute_url(), now()) is None
