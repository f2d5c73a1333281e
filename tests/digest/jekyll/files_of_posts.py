"""Files of posts for tests, and running the commands on them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.redirects.models import Redirect
from django.core.management import CommandError, call_command
from django.db import models

from digest.models import Entry, ImportedFile, Post
from papers.models import Listing, Paper, Proposal, Section

MODELS: tuple[type[models.Model], ...] = (
    Post,
    Entry,
    Paper,
    Section,
    Listing,
    Proposal,
    Redirect,
    ImportedFile,
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command wrote, and what it failed with or ""."""

    out: str
    err: str
    failed: str


def run(*args: Any, **options: Any) -> Ran:
    out, err, failed = io.StringIO(), io.StringIO(), ""
    try:
        call_command(*args, stdout=out, stderr=err, **options)
    except CommandError as error:
        failed = str(error)
    return Ran(out.getvalue(), err.getvalue(), failed)


def write(
    folder: Path,
    name: str,
    *papers: tuple[str, dict[str, str]],
    front: str = "title: A post",
) -> Path:
    """Write a file in our own layout. A paper is its arXiv id and its texts by their headings."""
    parts = [f"---\n{front}\n---\n"]
    for number, (arxiv_id, sections) in enumerate(papers, start=1):
        parts.append(f"# {number}. [Paper {arxiv_id}](https://arxiv.org/abs/{arxiv_id})\n")
        parts += [f"## {heading}\n{text}\n" for heading, text in sections.items()]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts))
    return path


def rows() -> list[list[dict[str, Any]]]:
    """Return all that an import may write, with the histories."""
    histories = (Post.history, Entry.history, Paper.history, Section.history)
    return [list(model.objects.order_by("pk").values()) for model in MODELS] + [
        list(history.order_by("history_id").values()) for history in histories
    ]
