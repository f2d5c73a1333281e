"""The backup of each night: a job with its runs, and files that go when they are old."""

from datetime import date

import pytest

from digest.backups import files, making, nightly
from digest.tasks import back_up
from papers import jobs
from papers.models import Job, JobKind, JobState, Subject
from papers.pipeline.steps import STEPS

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = Subject(day=date(2025, 10, 15))


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEEP_DAYS = tmp_path, 2
    return tmp_path


def run_job() -> Job:
    job = Job.objects.get(kind=JobKind.BACKUP)
    jobs.run(job.pk, STEPS)
    job.refresh_from_db()
    return job


def test_without_a_folder_nothing_is_due(settings):
    assert settings.BACKUP_DIR is None
    back_up()
    assert not Job.objects.filter(kind=JobKind.BACKUP).exists()


def test_each_night_has_one_file(folder):
    back_up()
    back_up()
    assert run_job().state == JobState.DONE
    [path] = folder.iterdir()
    making.check(files.read(path))


def test_a_failure_is_told_with_its_reason_and_tried_again(folder, settings):
    settings.BACKUP_DIR = folder / "gone"
    back_up()
    job = run_job()
    assert job.state == JobState.WAITING
    assert "there is no such folder" in job.reason


def test_old_backups_go_and_other_files_never(folder):
    kept = ["papers-2025-10-13.backup", "papers-2025-99-99.backup", "papers-2025-01-01.backup.old"]
    for name in [*kept, "papers-2025-10-12.backup", "papers-2024-10-15.backup"]:
        (folder / name).touch()
    counts = nightly.step(NIGHT)
    assert counts["old backups deleted"] == 2
    assert {path.name for path in folder.iterdir()} == {*kept, "papers-2025-10-15.backup"}


def test_when_the_new_one_fails_the_old_ones_stay(folder, monkeypatch):
    (folder / "papers-2024-10-15.backup").touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(making.tools, "_in_the_wheel", lambda name: None)
    with pytest.raises(making.BackupRefused):
        nightly.step(NIGHT)
    assert [path.name for path in folder.iterdir()] == ["papers-2024-10-15.backup"]
