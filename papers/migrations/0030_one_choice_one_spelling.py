"""A paper of a day has one choice, a category one row however it is spelt, a draft names its parts.

Two sources may have listed a paper for a day with two choices. What a person decided last counts;
without a person's word, what a machine decided.
"""

import django.db.models.functions.text
from django.db import migrations, models

ONE_CHOICE = """
    WITH decided AS (
        SELECT DISTINCT ON (listing.day, listing.paper_id)
            listing.day, listing.paper_id, listing.choice, listing.reason
        FROM papers_listing AS listing
        LEFT JOIN LATERAL (
            SELECT max(history_id) AS newest FROM papers_historicallisting WHERE id = listing.id
        ) AS said ON true
        ORDER BY listing.day, listing.paper_id, said.newest DESC NULLS LAST,
            listing.choice = 'pending', listing.id
    )
    UPDATE papers_listing AS listing SET choice = decided.choice, reason = decided.reason
    FROM decided
    WHERE (listing.day, listing.paper_id) = (decided.day, decided.paper_id)
        AND (listing.choice, listing.reason) <> (decided.choice, decided.reason)
"""
ONE_SPELLING = """
    DELETE FROM papers_arxivcategory AS category USING papers_arxivcategory AS other
    WHERE lower(category.category) = lower(other.category) AND category.id <> other.id
        AND (NOT category.is_on, coalesce(category.since, 'infinity'), category.id)
            > (NOT other.is_on, coalesce(other.since, 'infinity'), other.id)
"""

# The release before knows no parts of a text, and has room for 20 characters.
NO_PARTS = """
    UPDATE papers_section SET scope = 'full_text' WHERE scope LIKE 'parts:%';
    UPDATE papers_section SET public_scope = 'full_text' WHERE public_scope LIKE 'parts:%';
    UPDATE papers_historicalsection SET scope = 'full_text' WHERE scope LIKE 'parts:%';
"""
SCOPES = [("", "unknown"), ("abstract", "abstract"), ("full_text", "full text")]


def scope(**options):
    return models.CharField(blank=True, choices=SCOPES, max_length=120, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0029_sources_hold_on"),
    ]

    operations = [
        migrations.RunSQL(ONE_CHOICE, migrations.RunSQL.noop, elidable=True),
        migrations.RunSQL(ONE_SPELLING, migrations.RunSQL.noop, elidable=True),
        migrations.AddConstraint(
            model_name="arxivcategory",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("category"), name="category_in_one_spelling"
            ),
        ),
        migrations.AlterField("section", "scope", scope(default="", verbose_name="made from")),
        migrations.AlterField("section", "public_scope", scope(editable=False)),
        migrations.AlterField(
            "historicalsection", "scope", scope(default="", verbose_name="made from")
        ),
        migrations.RunSQL(migrations.RunSQL.noop, NO_PARTS, elidable=True),
    ]
