"""Which change of a row is a change of which key. PostgreSQL records them by triggers.

A statement's trigger compares the rows before and after it, so a bulk update, a restored version
and plain SQL count too. It stores the keys with the number of the changing transaction, in that
transaction, and tells the listeners (`memory`) when it commits.

`TABLES` is all that decides it. A rule's SQL selects from `r`: the rows, as they were and as they
are, of which something in `columns` differs. A rule may ask another table whether readers see the
row. A page that shows the row was made when they did, and `rows.COUNTS` drops each page that was
made while a changing transaction was under way. What a page does not show yet must not be asked,
and each change has some key, `Kind.HIDDEN` at least. A transaction with a snapshot of its own looks
in the past, so all pages count no longer after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from digest.readers.pages.keys import Kind
from digest.stored_dates import FIRST, LAST

CHANNEL = "digest_pages"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of key that changes with these columns of a table."""

    kind: Kind
    id: str
    """SQL of the key's id, or "" if the kind has none."""
    columns: str
    """Separated by semicolons. Each may be any SQL of `r`."""
    where: str = "TRUE"
    joins: str = ""


def _content_type(app: str, model: str) -> str:
    match = f"app_label = '{app}' AND model = '{model}'"
    return f"(SELECT id FROM django_content_type WHERE {match})"


_PAPER, _POST = _content_type("papers", "paper"), _content_type("digest", "post")
_TITLE = "r.arxiv_id; r.title; r.title_html; r.title_plain"
_FACTS = (
    f"{_TITLE}; r.authors; r.project_url; r.code_url; r.origins -> 'abstract'; r.feed_id; r.is_news"
)
_MORE = (
    "r.abstract; r.abstract_html; r.keywords; r.categories; r.organization; r.arxiv_published_at;"
    " r.version; r.withdrawn; r.public_version"
)
_KEYWORDS = "r.arxiv_id; r.keywords; r.origins -> 'keywords'"
# Sitemaps show the day of it, in the site's zone.
_QUARTER = "date_bin('15 min', r.{}, '2000-01-01+0')"
_TEXT = (
    "r.paper_id; r.kind; r.language; r.heading; r.position; r.public_markdown; r.public_html;"
    " r.public_origin; r.public_drafter; r.public_scope; r.public_prompt_version;"
    " r.public_written_at"
)
# As `Section.public_review` has it.
_REVIEW = """r.public_written_at; CASE
    WHEN r.markdown = r.public_markdown THEN
        CASE WHEN r.written_at <= r.reviewed_at THEN (r.reviewer_id, r.reviewed_at)::text END
    WHEN r.public_written_at <= r.public_reviewed_at OR r.public_written_at IS NULL THEN
        (r.public_reviewer_id, r.public_reviewed_at)::text END"""
_STATE = "r.state; r.published_at"
_DATED = f"{_STATE}; r.date; r.slug"
# Dates that Python cannot hold are those that it reads them as.
_DATE = f"greatest(least({{}}, '{LAST.date()}'), '{FIRST.date()}')"
_DAY, _MONTH, _YEAR = (
    f"to_char({_DATE.format('r.date')}, '{form}')" for form in ("YYYY-MM-DD", "YYYY-MM", "YYYY")
)
_WEEK = f"to_char(date_trunc('week', {_DATE}::timestamp), 'YYYY-MM-DD')"
_LISTED = f"{_DATED}; r.public_title; r.language"
_CONTENT = (
    f"{_LISTED}; r.public_intro; r.public_intro_html; r.updated_at; r.feed_id; r.withdrawal_reason"
)
_PLACE = "r.post_id; r.paper_id; r.public_position IS NULL"
_NOTE = f"{_PLACE}; r.public_note; r.public_note_html"

_IN_POSTS = " JOIN digest_entry e ON e.paper_id = r.id AND e.public_position IS NOT NULL"
_ENTRIES = " JOIN digest_entry e ON e.post_id = r.id AND e.public_position IS NOT NULL"
_OF_POSTS = " JOIN digest_post p ON p.id = r.post_id"
_LISTINGS = " JOIN papers_listing l ON l.paper_id = r.id"
_TAGGED = " JOIN taggit_taggeditem t ON t.content_type_id = {} AND t.object_id = {}"
_ITEMS = " JOIN taggit_taggeditem t ON t.tag_id = r.id"
_POST_TAGS = _TAGGED.format(_POST, "r.id")
_PAPER_TAGS = _TAGGED.format(_PAPER, "r.paper_id")
_PAPERS_TAGS = _ENTRIES + _TAGGED.format(_PAPER, "e.paper_id")
_CORRECTIONS = " JOIN digest_correction c ON c.post_id = r.id"
_CORRECTED = " JOIN digest_correction c ON c.paper_id = r.id"
_REVIEWED = " JOIN papers_section s ON r.id IN (s.reviewer_id, s.public_reviewer_id)"

_PUBLIC = "r.state = 'published'"
_WAS_PUBLIC = "r.state IN ('published', 'withdrawn')"
_PLACED = "r.public_position IS NOT NULL"
_SHOWN = "r.public_html <> ''"
_IS_PAPER, _IS_POST = f"t.content_type_id = {_PAPER}", f"t.content_type_id = {_POST}"
_ASKED = "r.kind = 'ingest_day' AND r.day IS NOT NULL"
_BY_SOURCE = "r.source NOT IN ('editor', 'jekyll')"


def _first_at_an_end(table: str, same: str) -> str:
    """Return the condition that a row is the first to have a day as early, or as late, as its own.

    So the first or the last day of a table changes only with such a row. `same` says whose days
    count, of the other row `o`.
    """
    other = f"SELECT FROM {table} o WHERE {same} AND o.id < r.id"
    return f"(NOT EXISTS ({other} AND o.day >= r.day) OR NOT EXISTS ({other} AND o.day <= r.day))"


_OF_PAPER, _OF_POST = f"r.content_type_id = {_PAPER}", f"r.content_type_id = {_POST}"

TABLES: Mapping[str, tuple[Rule, ...]] = {
    "papers_paper": (
        Rule(Kind.PAPER, "r.id", _FACTS, joins=_IN_POSTS),
        Rule(Kind.RECORD, "r.id", _MORE, joins=_IN_POSTS),
        Rule(Kind.CONTENTS, "e.post_id", _TITLE, joins=_IN_POSTS),
        Rule(Kind.PAPERS, "", "r.arxiv_id; r.is_news", joins=_IN_POSTS),
        Rule(Kind.UPDATED, "", _QUARTER.format("public_changed_at"), joins=_IN_POSTS),
        Rule(Kind.TAGS, "", "r.id", joins=_IN_POSTS),
        Rule(Kind.PAPER, "r.id", _TITLE, joins=_CORRECTED),
        Rule(Kind.WEEK, _WEEK.format("l.day"), _KEYWORDS, joins=_LISTINGS),
        Rule(Kind.HIDDEN, "", f"{_FACTS}; {_MORE}; {_KEYWORDS}"),
    ),
    "papers_section": (
        Rule(Kind.PAPER, "r.paper_id", _TEXT, _SHOWN),
        Rule(Kind.REVIEW, "r.paper_id", _REVIEW, _SHOWN),
        Rule(Kind.PAPERS, "", "r.paper_id; r.language; r.public_html = ''", _SHOWN),
    ),
    "papers_evidence": (
        Rule(
            Kind.EVIDENCE,
            "s.paper_id",
            "r.section_id; r.sentence; r.public_found; r.public_quotes",
            "r.public_found <> ''",
            " JOIN papers_section s ON s.id = r.section_id",
        ),
        Rule(Kind.HIDDEN, "", "r.*"),
    ),
    "digest_relatedpaper": (Rule(Kind.RELATED, "r.paper_id", "r.*"),),
    "papers_listing": (
        Rule(Kind.LISTING, "r.paper_id", "r.paper_id; r.source; r.day; r.rank; r.upvotes"),
        Rule(Kind.WEEK, _WEEK.format("r.day"), "r.paper_id; r.source; r.day; r.upvotes"),
        Rule(
            Kind.KNOWN,
            "",
            "r.source; r.day",
            f"{_BY_SOURCE} AND {_first_at_an_end('papers_listing', 'o.source = r.source')}",
        ),
    ),
    "papers_sourceanswer": (
        Rule(
            Kind.KNOWN,
            "",
            "r.source; r.day",
            _first_at_an_end("papers_sourceanswer", "o.source = r.source"),
        ),
        Rule(
            Kind.WEEK,
            _WEEK.format("r.day"),
            "r.source; r.day; r.listed_ids; r.refusals; r.fetched_at",
        ),
    ),
    "papers_job": (
        Rule(
            Kind.KNOWN,
            "",
            "r.kind; r.day",
            f"{_ASKED} AND {_first_at_an_end('papers_job', 'o.kind = r.kind')}",
        ),
    ),
    "digest_post": (
        Rule(Kind.POST, "r.id", _CONTENT, _WAS_PUBLIC),
        Rule(Kind.ROW, "r.id", _LISTED, _PUBLIC),
        Rule(Kind.DAY, _DAY, _DATED, _PUBLIC),
        Rule(Kind.MONTH, _MONTH, _DATED, _PUBLIC),
        Rule(Kind.YEAR, _YEAR, f"{_STATE}; {_MONTH}", _PUBLIC),
        Rule(Kind.WEEK, _WEEK.format("r.date"), _DATED, _PUBLIC),
        Rule(Kind.POSTS, "", _DATED, _PUBLIC),
        Rule(Kind.UPDATED, "", _QUARTER.format("updated_at"), _PUBLIC),
        Rule(Kind.PAPER, "e.paper_id", _DATED, _WAS_PUBLIC, _ENTRIES),
        Rule(Kind.PAPERS, "", f"{_STATE}; r.language", _PUBLIC),
        Rule(Kind.TAG, "t.tag_id", _DATED, _PUBLIC, _POST_TAGS),
        Rule(Kind.TAG, "t.tag_id", _DATED, _PUBLIC, _PAPERS_TAGS),
        Rule(Kind.TAGS, "", _STATE, _PUBLIC, _POST_TAGS),
        Rule(Kind.TAGS, "", _STATE, _PUBLIC, _PAPERS_TAGS),
        Rule(Kind.PAPER, "c.paper_id", f"{_STATE}; r.language", joins=_CORRECTIONS),
        Rule(Kind.CORRECTIONS, "", _LISTED, joins=_CORRECTIONS),
    ),
    "digest_entry": (
        Rule(Kind.POST, "r.post_id", f"{_NOTE}; r.public_position", _PLACED),
        Rule(Kind.CONTENTS, "r.post_id", f"{_PLACE}; r.public_position", _PLACED),
        Rule(Kind.PAPER, "r.paper_id", _NOTE, _PLACED),
        Rule(Kind.PAPERS, "", _PLACE, _PLACED),
        Rule(Kind.TAG, "t.tag_id", f"{_PLACE}; r.public_position", _PLACED, _PAPER_TAGS),
        Rule(Kind.TAGS, "", _PLACE, _PLACED, _PAPER_TAGS),
        Rule(
            Kind.YEAR,
            f"to_char({_DATE.format('p.date')}, 'YYYY')",
            _PLACE,
            _PLACED,
            _OF_POSTS,
        ),
        Rule(Kind.WEEK, _WEEK.format("p.date"), _PLACE, _PLACED, _OF_POSTS),
    ),
    "digest_correction": (
        Rule(Kind.POST, "r.post_id", "r.*"),
        Rule(Kind.PAPER, "r.paper_id", "r.*"),
        Rule(Kind.CORRECTIONS, "", "r.*"),
    ),
    # Also of rows that are not public: who publishes one meanwhile may not see its tag yet.
    "taggit_taggeditem": (
        Rule(Kind.TAG, "r.tag_id", "r.*"),
        Rule(Kind.TAGS, "", "r.*"),
        Rule(Kind.RECORD, "r.object_id", "r.*", _OF_PAPER),
        Rule(Kind.POST, "r.object_id", "r.*", _OF_POST),
    ),
    "taggit_tag": (
        Rule(Kind.TAG, "r.id", "r.name; r.slug"),
        Rule(Kind.TAGS, "", "r.name; r.slug", joins=_ITEMS),
        Rule(Kind.RECORD, "t.object_id", "r.name; r.slug", _IS_PAPER, _ITEMS),
        Rule(Kind.POST, "t.object_id", "r.name; r.slug", _IS_POST, _ITEMS),
    ),
    # Only the feed of a merged tag reads them.
    "digest_tagalias": (Rule(Kind.TAG, "r.tag_id", "r.*"),),
    "digest_tagchange": (Rule(Kind.TAG, "r.tag_id", "r.*"),),
    "digest_tagcarrier": (
        Rule(Kind.TAG, "c.tag_id", "r.*", joins=" JOIN digest_tagchange c ON c.id = r.change_id"),
        Rule(Kind.HIDDEN, "", "r.*"),
    ),
    "auth_user": (
        Rule(Kind.REVIEW, "s.paper_id", "r.first_name; r.last_name", joins=_REVIEWED),
        Rule(Kind.HIDDEN, "", "r.first_name; r.last_name"),
    ),
}
CONSTANT = frozenset({"django_content_type", "django_site"})
"""Tables of Django's whose rows no page shows. Links start with SITE_URL."""


def kinds_of(table: str) -> set[Kind]:
    """Return the kinds of keys that change with a table's rows."""
    return {rule.kind for rule in TABLES[table]}


def _differ(columns: str) -> str:
    """Return the condition that something in `columns` differs between the rows `o` and `n`."""
    expressions = [column.strip() for column in columns.split(";")]
    sides = [[_R.sub(f"{side}.", each) for each in expressions] for side in "on"]
    return " OR ".join(f"({old}) IS DISTINCT FROM ({new})" for old, new in zip(*sides, strict=True))


_R = re.compile(r"\br\.")
_ROWS = {"INSERT": "SELECT * FROM after", "DELETE": "SELECT * FROM before"}


def _keys(rule: Rule, event: str) -> str:
    """Return the SQL that selects a rule's keys after an event."""
    rows = _ROWS.get(event)
    if rows is None:
        # A full join is no loop in a loop. Without OFFSET it would become another join.
        pairs = f"before o FULL JOIN after n ON o.id = n.id WHERE {_differ(rule.columns)}"
        rows = f"SELECT o.* FROM {pairs} UNION ALL SELECT n.* FROM {pairs} OFFSET 0"
    key = f"'{rule.kind}:' || {rule.id}" if rule.id else f"'{rule.kind}'"
    return f"SELECT {key} AS key FROM ({rows}) r{rule.joins} WHERE {rule.where}"


# The notices of a transaction are one.
_RECORD = f"""
    INSERT INTO digest_pagechange (key, xid)
    SELECT DISTINCT
        CASE current_setting('transaction_isolation')
            WHEN 'read committed' THEN key ELSE '{Kind.ALL}' END,
        pg_current_xact_id()
    FROM ({{keys}}) keys WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING;
    IF FOUND THEN PERFORM pg_notify('{CHANNEL}', ''); END IF;
"""


def _function(table: str) -> str:
    events = {
        event: "\n    UNION ALL ".join(_keys(rule, event) for rule in TABLES[table])
        for event in ("INSERT", "UPDATE", "DELETE")
    }
    events["TRUNCATE"] = f"SELECT '{Kind.ALL}' AS key"
    branches = "".join(
        f"IF TG_OP = '{event}' THEN {_RECORD.format(keys=keys)} END IF;\n"
        for event, keys in events.items()
    )
    # pg_dump restores with an empty search path. A session keeps the plan of its first statement,
    # when tables may have been empty, so only index look-ups will do.
    return f"""
CREATE OR REPLACE FUNCTION {_name(table)}() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $body$
BEGIN
{branches}
RETURN NULL;
END $body$;
"""


_REFERENCES = {
    "INSERT": "REFERENCING NEW TABLE AS after",
    "UPDATE": "REFERENCING OLD TABLE AS before NEW TABLE AS after",
    "DELETE": "REFERENCING OLD TABLE AS before",
    "TRUNCATE": "",
}


def _name(table: str) -> str:
    return f"digest_pages_of_{table}"


def _triggers(table: str) -> Iterator[str]:
    for event, references in _REFERENCES.items():
        yield (
            f"CREATE OR REPLACE TRIGGER {_name(table)}_{event.lower()} AFTER {event} ON {table}"
            f" {references} FOR EACH STATEMENT EXECUTE FUNCTION {_name(table)}();\n"
        )


def definitions() -> list[str]:
    """Return, for each table, the SQL of its function and triggers."""
    return [_function(table) + "".join(_triggers(table)) for table in TABLES]


# A change that is visible in no snapshot: while it is there, no stored page counts.
CLOSED = "18446744073709551615"


def close(plan: Any = (), **kwargs: Any) -> None:
    """Let no page count while the tables change. It receives `pre_migrate`.

    The triggers go, because they know the columns of before. `install` makes them anew. Without the
    comment no page is stored (`rows.store`), for a crash would empty the table and thereby open it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('digest_pagechange')")
        if not plan or cursor.fetchone() == (None,):
            return
        cursor.execute(
            "INSERT INTO digest_pagechange (key, xid) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [Kind.ALL, CLOSED],
        )
        cursor.execute("COMMENT ON TABLE digest_pagechange IS NULL")
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        for table in TABLES:
            cursor.execute(f"DROP FUNCTION IF EXISTS {_name(table)}() CASCADE")


def install(**kwargs: Any) -> None:
    """Make the triggers if they are missing or differ. It receives `post_migrate`."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return  # The tables are those of an older state.
    version = sha256("".join(definitions()).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('digest_pagechange'::regclass)")
        if cursor.fetchone() == (version,) and _all_there():
            return
        for sql in definitions():  # One by one: who waits for a table should hold no other.
            cursor.execute(sql)
        cursor.execute(f"COMMENT ON TABLE digest_pagechange IS '{version}'")
        drop_all()
        cursor.execute("DELETE FROM digest_pagechange WHERE xid = %s", [CLOSED])


def drop_all() -> None:
    """Let no page that is stored or being made count once this transaction has committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO digest_pagechange (key, xid) VALUES (%s, pg_current_xact_id())"
            " ON CONFLICT DO NOTHING",
            [Kind.ALL],
        )
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _all_there() -> bool:
    """Return whether each trigger exists and is enabled, and nothing is closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger JOIN pg_class table_of ON table_of.oid = tgrelid"
            " WHERE tgname LIKE %s AND tgenabled = 'O'"
            " AND relnamespace = current_schema()::regnamespace",  # A former site may be kept.
            [f"{_name('')}%"],
        )
        (triggers,) = cursor.fetchone() or (0,)
        cursor.execute("SELECT EXISTS (SELECT FROM digest_pagechange WHERE xid = %s)", [CLOSED])
        return triggers == len(TABLES) * len(_REFERENCES) and cursor.fetchone() == (False,)
