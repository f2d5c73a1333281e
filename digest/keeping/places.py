"""All places that have a paper's text, and what a takedown does to each.

It is plain SQL. Django's own deletions would write the texts into histories and the audit again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from digest.models import Correction, Entry
from papers.models import Finding, Listing, Paper, Proposal, Report, Section
from papers.sources.redaction import GONE


@dataclass(frozen=True, slots=True)
class Place:
    table: str
    where: str
    """SQL with the names of `known`."""
    change: str = ""
    """What is set; "" if the rows are deleted."""

    def count(self, known: Mapping[str, Any]) -> int:
        with connection.cursor() as cursor:
            asked = f"SELECT count(*) FROM {self.table} WHERE {self.where}"  # noqa: S608  # Ours.
            cursor.execute(asked, known)
            [count] = cursor.fetchone()
        return int(count)

    def empty(self, known: Mapping[str, Any]) -> int:
        """Delete or empty the rows. Return how many."""
        act = f"UPDATE {self.table} SET {self.change}"  # noqa: S608  # Ours.
        if not self.change:
            act = f"DELETE FROM {self.table}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"{act} WHERE {self.where}", known)
            return cursor.rowcount


_PAPER = "paper_id = %(paper)s"
_JOB = "SELECT id FROM papers_job WHERE arxiv_id = %(arxiv_id)s"
_ITEM = "content_type_id = %(type)s AND object_id = %(paper)s"
_LINKS = "SELECT id FROM digest_previewlink WHERE post_id = ANY(%(posts)s)"
_ACTS = " OR ".join(
    f"(model = '{model._meta.label_lower}' AND key = ANY(%(keys_of_{model._meta.model_name})s))"
    for model in (Paper, Section, Listing, Proposal, Finding, Report, Entry, Correction)
)
_NAMED = "about LIKE ANY(%(patterns)s) OR changes::text LIKE ANY(%(patterns)s)"

PLACES = (
    Place("papers_evidence", "section_id = ANY(%(sections)s)"),
    Place("papers_finding", _PAPER),
    Place("papers_proposal", _PAPER),
    Place("papers_report", _PAPER),
    Place("papers_fulltext", _PAPER),
    Place("papers_unsavedtext", "page = ANY(%(pages)s)"),
    # The page of a post has the notes on all of its papers.
    Place(
        "papers_unsavedtext",
        "starts_with(page, 'digest.post/') AND EXISTS"
        " (SELECT FROM jsonb_object_keys(texts) name WHERE starts_with(name, %(own)s))",
        "texts = (SELECT coalesce(jsonb_object_agg(name, said), '{}') FROM jsonb_each(texts)"
        " each (name, said) WHERE NOT starts_with(name, %(own)s))",
    ),
    Place("papers_section", _PAPER),
    Place("papers_historicalsection", _PAPER),
    Place("papers_historicalpaper", "id = %(paper)s"),
    # What it cost still counts.
    Place(
        "papers_modelcall",
        f"{_PAPER} AND reply || message <> ''",
        "reply = '', message = '', sources = '{}'",
    ),
    Place("papers_run", f"job_id IN ({_JOB})"),
    Place("papers_job", "arxiv_id = %(arxiv_id)s"),
    Place("digest_suggestion", "listing_id = ANY(%(listings)s)"),
    # The source listed it, so the day still has to add up.
    Place(
        "papers_listing",
        f"{_PAPER} AND (choice, reason) <> ('excluded', '{GONE}')",
        f"choice = 'excluded', reason = '{GONE}'",
    ),
    Place("papers_historicallisting", f"{_PAPER} AND reason <> ''", "reason = ''"),
    Place("digest_relatedpaper", "%(paper)s IN (paper_id, other_id)"),
    Place("digest_correction", _PAPER),
    Place("digest_historicalcorrection", _PAPER),
    Place("digest_entry", _PAPER),
    Place("digest_historicalentry", _PAPER),
    Place("digest_snapshotpart", _PAPER),
    Place("taggit_taggeditem", _ITEM),
    Place("digest_tagcarrier", _ITEM),
    Place("digest_pinnedpage", f"html <> '' AND link_id IN ({_LINKS})", "title = '', html = ''"),
    Place(
        "django_admin_log",
        "object_repr <> %(arxiv_id)s AND"
        " (object_repr LIKE ANY(%(patterns)s) OR change_message LIKE ANY(%(patterns)s))",
        "object_repr = %(arxiv_id)s, change_message = ''",
    ),
)
_SAYS = "(changes::text <> '[]' OR about <> %(arxiv_id)s)"
AUDIT = Place(
    "digest_auditrecord",
    f"{_SAYS} AND ({_ACTS} OR {_NAMED})",
    "about = %(arxiv_id)s, changes = '[]'",
)
"""Who did what and when stays. PostgreSQL refuses the change while its trigger is on."""


def known(paper: Paper, needles: list[str]) -> dict[str, Any]:
    """Return what the SQL of places names. `needles` are texts that only this paper has."""
    rows: dict[Any, list[int]] = {
        model: list(_of(model, paper).values_list("pk", flat=True))
        for model in (Section, Listing, Proposal, Finding, Report, Entry, Correction)
    }
    posts = list(Entry.objects.filter(paper=paper).values_list("post", flat=True))
    return {
        "paper": paper.pk,
        "arxiv_id": paper.arxiv_id,
        "type": ContentType.objects.get_for_model(Paper).pk,
        "sections": rows[Section],
        "listings": rows[Listing],
        "posts": posts,
        "patterns": [f"%{_escaped(each)}%" for each in [paper.arxiv_id, *needles]],
        "pages": [f"papers.paper/{paper.pk}"]
        + [f"papers.section/{pk}" for pk in rows[Section]]
        + [f"digest.entry/{pk}" for pk in rows[Entry]],
        **{f"keys_of_{model._meta.model_name}": list(map(str, pks)) for model, pks in rows.items()},
        "keys_of_paper": [str(paper.pk)],
        "own": f"{paper.pk}:",
    }


def _of(model: Any, paper: Paper) -> Any:
    return model.objects.filter(paper=paper)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
