"""A backup is a kind of job. The release before knows all kinds but this one, and adds none."""

from django.db import migrations, models

KINDS = [
    ("ingest_day", "a day's list"),
    ("arxiv_metadata", "what arXiv says"),
    ("full_text", "a full text"),
    ("draft", "a draft"),
    ("cross_check", "a month's list, compared with its days"),
    ("recheck", "published papers, asked about again"),
    ("alert", "a mail to the editors"),
    ("review_mail", "a mail about a review"),
    ("render", "all texts, rendered again"),
    ("backup", "a backup"),
]


class Migration(migrations.Migration):
    dependencies = [("papers", "0031_seen")]

    operations = [
        migrations.RemoveConstraint(model_name="job", name="job_kind"),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="kind"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="job_kind"
            ),
        ),
    ]
