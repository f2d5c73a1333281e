"""What arXiv says later of published papers, full texts and mails among the jobs."""

from django.db import migrations, models


# What readers see by now is taken to be a summary of the newest version known.
PUBLIC = """
    UPDATE papers_paper SET public_version = version WHERE version IS NOT NULL AND EXISTS (
        SELECT FROM papers_section WHERE paper_id = papers_paper.id AND public_html <> ''
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0004_jobs"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="job",
            name="job_kind",
        ),
        migrations.AddField(
            model_name="historicalpaper",
            name="public_version",
            field=models.PositiveSmallIntegerField(
                editable=False,
                help_text="arXiv's newest version when the summary last went public.",
                null=True,
                verbose_name="version when published",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="arxiv_checked_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="asked about at arXiv"
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="public_version",
            field=models.PositiveSmallIntegerField(
                editable=False,
                help_text="arXiv's newest version when the summary last went public.",
                null=True,
                verbose_name="version when published",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ingest_day", "a day's list"),
                    ("arxiv_metadata", "what arXiv says"),
                    ("full_text", "a full text"),
                    ("draft", "a draft"),
                    ("recheck", "published papers, asked about again"),
                    ("alert", "a mail to the editors"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["ingest_day", "arxiv_metadata", "full_text", "draft", "recheck", "alert"],
                    )
                ),
                name="job_kind",
            ),
        ),
        migrations.RunSQL(PUBLIC, migrations.RunSQL.noop),
    ]
