"""Stored pages, and the changes of what they are made from.

Django has no fields for snapshots and transaction numbers, so they are tables without a model. They
are unlogged: after a crash of PostgreSQL both are empty, and pages are made anew.
"""

from django.db import migrations

TABLES = """
CREATE UNLOGGED TABLE digest_storedpage (
    path text NOT NULL,
    release text NOT NULL,
    status smallint NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    etag text NOT NULL,
    changed_at timestamptz NOT NULL,
    until timestamptz,
    checksum bytea NOT NULL,
    keys text[] NOT NULL,
    snapshot pg_snapshot,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (path, release)
);
ALTER TABLE digest_storedpage ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNLOGGED TABLE digest_pagechange (
    key text NOT NULL,
    xid xid8 NOT NULL,
    seen_at timestamptz,
    PRIMARY KEY (key, xid)
);
CREATE INDEX digest_pagechange_xid ON digest_pagechange (xid);
"""
DROP = "DROP TABLE digest_pagechange; DROP TABLE digest_storedpage;"


class Migration(migrations.Migration):

    dependencies = [("digest", "0005_approved")]

    operations = [migrations.RunSQL(TABLES, DROP)]
