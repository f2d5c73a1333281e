"""Periodic tasks: beat makes the schedules from the settings, and the admin disables them."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from digest.admin.schedules import NAMES
from digest.celery import app

# Beat closes its connections, and that would end the transaction of a test.
pytestmark = pytest.mark.django_db(transaction=True)

LIST = reverse("admin:django_celery_beat_periodictask_changelist")


@pytest.fixture
def schedules():
    """Return the schedules that beat makes when it starts."""
    DatabaseScheduler(app=app).setup_schedule()
    return PeriodicTask.objects.all()


def test_beat_makes_the_schedules_of_the_settings(schedules, settings):
    assert {each.name for each in schedules} == set(settings.CELERY_BEAT_SCHEDULE)
    app.loader.import_default_modules()
    assert {each.task for each in schedules} <= set(app.tasks)


def test_an_administrator_sees_them(admin_client, schedules):
    page = admin_client.get(LIST).content.decode()
    for each in schedules:
        assert each.name not in page
        assert str(NAMES[each.name]) in page  # In Korean.


def test_a_schedule_of_another_name_is_shown_by_it(admin_client, schedules):
    schedules.filter(name="ask for open days").update(name="water the plants")
    assert "water the plants" in admin_client.get(LIST).content.decode()


def test_what_was_switched_off_stays_off_when_beat_starts_again(admin_client, schedules):
    schedule = schedules.get(name="ask for open days")
    address = reverse("admin:django_celery_beat_periodictask_change", args=[schedule.pk])
    assert admin_client.post(address, {}).status_code == 302  # A missing checkbox means no.
    DatabaseScheduler(app=app).setup_schedule()
    schedule.refresh_from_db()
    assert not schedule.enabled
    assert schedule.interval.every == 30 * 60


def test_who_was_not_given_the_right_does_not_see_them(client, schedules):
    client.force_login(User.objects.create_user("ada", is_staff=True))
    assert client.get(LIST).status_code == 403
