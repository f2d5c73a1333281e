"""Tasks and the switch of a restore never run at once."""

import pytest
from django.db import transaction

from digest import tasks
from digest.backups import gate
from digest.models import State
from papers.clock import now
from tests.digest.readers.pages.beside import apart, transaction_of
from tests.factories import make_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due():
    post = make_post(State.SCHEDULED)
    post.scheduled_at = now()
    post.save()
    return post


def test_while_a_restore_switches_no_task_begins(due):
    with transaction_of() as restore:
        restore("SELECT pg_advisory_xact_lock(hashtext('restore'))")
        tasks.publish_due()
        due.refresh_from_db()
        assert due.state == State.SCHEDULED
    tasks.publish_due()
    due.refresh_from_db()
    assert due.state == State.PUBLISHED


def test_a_restore_sees_the_tasks_that_run():
    assert gate.tasks_that_run() == 0
    with gate.unless_restoring() as free, gate.unless_restoring() as again:
        assert free
        assert again
        assert apart(gate.tasks_that_run) == 1
    assert apart(gate.tasks_that_run) == 0


def test_a_restore_waits_for_a_task():
    with gate.unless_restoring(), transaction_of() as restore:
        restore("SET LOCAL lock_timeout = '1ms'")
        with pytest.raises(Exception, match="lock timeout"):
            restore("SELECT pg_advisory_xact_lock(hashtext('restore'))")


def test_a_task_that_fails_lets_a_restore_go_on(monkeypatch):
    def fail():
        raise ValueError("no")

    monkeypatch.setattr(tasks.publishing, "publish_due", fail)
    with pytest.raises(ValueError, match="no"):
        tasks.publish_due()
    with transaction.atomic():
        gate.wait_for_tasks()
    assert apart(gate.tasks_that_run) == 0
