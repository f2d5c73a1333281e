"""What waits for editors, and what they did lately, is found without reading all rows."""

from django.db import migrations, models


def of_people(model):
    """Index the history of a model by time, only what people did: machines write far more."""
    table = f"papers_historical{model}"
    return migrations.RunSQL(
        f"CREATE INDEX {table}_people ON {table} (history_date DESC)"
        " WHERE history_user_id IS NOT NULL",
        f"DROP INDEX {table}_people",
    )


class Migration(migrations.Migration):

    dependencies = [("papers", "0021_papers_have_search_text")]

    operations = [
        migrations.AddIndex(
            "job",
            models.Index(condition=models.Q(state="failed"), fields=["id"], name="job_failed"),
        ),
        migrations.AddIndex(
            "paper",
            models.Index(
                condition=models.Q(version__gt=models.F("public_version")),
                fields=["id"],
                name="paper_newer",
            ),
        ),
        migrations.AddIndex(
            "section",
            models.Index(
                condition=~models.Q(markdown=models.F("public_markdown")),
                fields=["paper"],
                name="section_changed",
            ),
        ),
        migrations.AddIndex(
            "finding",
            models.Index(
                condition=models.Q(accepted_at__isnull=False),
                fields=["accepted_at"],
                name="finding_accepted",
            ),
        ),
        of_people("section"),
        of_people("listing"),
    ]
