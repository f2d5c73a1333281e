"""Papers have an id in feeds. PostgreSQL makes those of the stored ones while it adds the column."""

import django.contrib.postgres.functions
from django.db import migrations, models
from django.db.models.functions import Cast, Concat


class Migration(migrations.Migration):
    dependencies = [("papers", "0015_jobs_render")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="feed_id",
            field=models.CharField(
                db_default=Concat(
                    models.Value("urn:uuid:"),
                    Cast(django.contrib.postgres.functions.RandomUUID(), models.TextField()),
                ),
                editable=False,
                help_text="Its id in feeds, for ever.",
                max_length=100,
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="is_news",
            field=models.BooleanField(
                db_default=True,
                editable=False,
                help_text="Whether feeds of papers may bring it. What readers knew before is not news.",
            ),
        ),
    ]
