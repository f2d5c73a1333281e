"""The database knows its release; what would skip one is refused, and nothing is changed."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from digest import upgrading
from digest.models import Upgrade

pytestmark = pytest.mark.django_db


def of_release(release, oldest=upgrading.OLDEST):
    """Make the database one that another release has migrated."""
    Upgrade.objects.all().delete()
    Upgrade.objects.create(release=release, oldest=oldest)


def test_migrate_notes_its_release(settings):
    assert upgrading.noted() == (settings.VERSION, upgrading.OLDEST)


def test_a_second_migrate_notes_nothing_more():
    before = Upgrade.objects.count()
    call_command("migrate", verbosity=0)
    assert Upgrade.objects.count() == before


def test_tables_without_a_note_are_of_the_first_release():
    Upgrade.objects.all().delete()
    assert upgrading.noted() == ("0.1.0", "0.1.0")


def test_after_a_flush_the_release_is_noted_again(settings):
    Upgrade.objects.all().delete()
    upgrading.note()
    assert upgrading.noted()[0] == settings.VERSION


@pytest.mark.parametrize("release", ["0.1.0", "0.2.0", "0.2.7"])
def test_the_release_before_and_patches_of_this_one_are_upgraded(release):
    of_release(release)
    with override_settings(VERSION="0.2.1"):
        call_command("migrate", verbosity=0)
        assert upgrading.noted()[0] == "0.2.1"


def test_a_skipped_release_stops_migrate_with_a_sentence(monkeypatch):
    of_release("0.1.4")
    monkeypatch.setattr(upgrading, "OLDEST", "0.2.0")
    with (
        override_settings(VERSION="0.3.0"),
        pytest.raises(CommandError, match=r"of release 0\.1\.4.*install 0\.2\.0, run its"),
    ):
        call_command("migrate", verbosity=0)
    assert upgrading.noted()[0] == "0.1.4"


def test_the_release_before_runs_on_newer_tables_and_its_migrate_notes_nothing():
    of_release("0.3.0", oldest="0.2.0")
    with override_settings(VERSION="0.2.0"):
        upgrading.require_fit()
        call_command("migrate", verbosity=0)
    assert upgrading.noted() == ("0.3.0", "0.2.0")


def test_a_release_that_is_too_old_for_the_tables_neither_starts_nor_migrates():
    of_release("0.4.0", oldest="0.3.0")
    with override_settings(VERSION="0.2.0"):
        with pytest.raises(CommandError, match=r"releases before 0\.3\.0 do not run"):
            call_command("migrate", verbosity=0)
        with pytest.raises(ImproperlyConfigured, match="Nothing was changed"):
            upgrading.require_fit()


def test_nothing_starts_before_migrate_has_run():
    of_release("0.1.0")
    with pytest.raises(ImproperlyConfigured, match=r"run `manage\.py migrate`"):
        upgrading.require_fit()


def test_ten_comes_after_nine():
    assert upgrading.before("0.9.0", "0.10.0")


@pytest.mark.parametrize("damage", ["", "x", "0", "9" * 20, "99999.1"])
def test_a_damaged_note_keeps_nobody_from_starting(damage, settings):
    Upgrade.objects.create(release=damage, oldest="0.1.0")
    Upgrade.objects.create(release="9.9", oldest=damage)
    upgrading.require_fit()
    assert upgrading.noted()[0] == settings.VERSION


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [
        ["granian", "--interface", "wsgi", "--port", "0", "digest.wsgi:application"],
        ["celery", "-A", "digest", "worker", "--concurrency", "1"],
        ["celery", "-A", "digest", "beat"],
    ],
    ids=["web", "worker", "beat"],
)
def test_each_process_says_the_sentence_and_ends(command):
    of_release("0.9.0", oldest="0.8.0")
    params = connection.get_connection_params()
    url = f"postgresql://{params.get('user', '')}@/{params['dbname']}"
    url += f"?host={params.get('host', '')}&port={params.get('port', '')}"
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "digest.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode != 0
    assert "releases before 0.8.0 do not run" in ended.stdout + ended.stderr


def test_who_is_signed_in_sees_the_release_and_nobody_else(client, settings):
    shown = f"{settings.VERSION}\n"
    assert shown not in client.get("/admin/login/").content.decode()
    client.force_login(User.objects.create_superuser("kim"))
    assert shown in client.get("/admin/").content.decode()
