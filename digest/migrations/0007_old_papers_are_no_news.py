"""Feeds begin with what goes public from now on.

From this release papers have a feed, and corrections an entry in the feeds of digests. Readers know
what was public before, so no feed brings it as new: papers that stand or stood in a published
digest, withdrawn or not, and the corrections there are.
"""

from django.db import migrations, models

KNOWN = """
    UPDATE papers_paper SET is_news = FALSE
    WHERE id IN (SELECT paper_id FROM digest_entry WHERE public_position IS NOT NULL)
"""


def is_news(db_default):
    return models.BooleanField(
        db_default=db_default,
        editable=False,
        help_text="Whether the feeds of digests have an entry of it, not only a note.",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("digest", "0006_stored_pages"),
        ("papers", "0016_papers_have_feed_ids"),
    ]

    operations = [
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddField("correction", "is_news", is_news(db_default=False)),
        migrations.AlterField("correction", "is_news", is_news(db_default=True)),
    ]
