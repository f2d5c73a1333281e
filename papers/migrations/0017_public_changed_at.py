"""A paper knows when readers last saw another text of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("papers", "0016_papers_have_feed_ids")]

    operations = [
        migrations.AddField(
            "paper",
            "public_changed_at",
            models.DateTimeField(
                editable=False,
                help_text=(
                    "When readers last saw another text of it, or saw it for the first time."
                ),
                null=True,
                verbose_name="public text changed",
            ),
        ),
        migrations.AddIndex(
            "paper",
            models.Index(
                condition=models.Q(public_changed_at__isnull=False),
                fields=["public_changed_at", "id"],
                name="paper_changed",
            ),
        ),
    ]
