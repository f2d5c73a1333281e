"""Who wrote a text and who reviewed it, told by machines whose clocks differ."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from papers.clock import now
from papers.editing import authorship
from papers.models import Section
from tests.factories import make_paper, make_section

pytestmark = pytest.mark.django_db
AHEAD = timedelta(minutes=5)


@pytest.fixture
def section():
    return make_section(make_paper())


@pytest.fixture
def user():
    return User.objects.create_user("kim")


def test_a_review_counts_though_the_writers_clock_is_ahead(section, user):
    Section.objects.update(written_at=now() + AHEAD)
    section.refresh_from_db()
    authorship.review_all([section], user)
    assert not Section.objects.unreviewed().exists()
    assert Section.objects.get().is_reviewed


def test_a_new_text_is_not_reviewed_though_the_reviewers_clock_was_ahead(section, user):
    section.reviewer, section.reviewed_at = user, now() + AHEAD
    authorship.now_the_editors(section)
    section.save()
    assert Section.objects.unreviewed().get() == section
    assert not Section.objects.get().is_reviewed
