"""A backup each night into BACKUP_DIR. It is a job, so a failure stands where all others do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from digest.backups import making
from papers import jobs
from papers.clock import now
from papers.models import JobKind, Subject

_NAME = re.compile(r"papers-(\d{4}-\d\d-\d\d)\.backup")


def make_due() -> int:
    """Make tonight's backup due, if there is a BACKUP_DIR. Return how many became due."""
    if settings.BACKUP_DIR is None:
        return 0
    return jobs.add(JobKind.BACKUP, Subject(day=now().date()))


def step(subject: Subject) -> Counter[str]:
    """Write the backup of a night, and delete those that are too old.

    One that is there stays: it was whole when it got its name. Old ones go only after a new one
    came, and others than ours never.
    """
    folder = settings.BACKUP_DIR
    if folder is None or subject.day is None:
        raise jobs.PermanentFailure("no BACKUP_DIR is set")
    path = folder / f"papers-{subject.day}.backup"
    counts = Counter({"bytes": 0, "old backups deleted": 0})
    if not path.exists():
        made = making.make(path, _quietly)
        counts["bytes"] = made.path.stat().st_size
    counts["old backups deleted"] = _forget_old(folder, subject.day)
    return counts


def _quietly(chunks: Iterable[bytes], total: int | None) -> Iterable[bytes]:
    return chunks


def _forget_old(folder: Path, night: date) -> int:
    """Delete backups of nights more than BACKUP_KEEP_DAYS before this one."""
    oldest = night - timedelta(days=settings.BACKUP_KEEP_DAYS)
    old = [path for path in folder.iterdir() if (day := _night_of(path)) and day < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _night_of(path: Path) -> date | None:
    """Return the night that a file is the backup of, or None if it is another file."""
    match = _NAME.fullmatch(path.name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
