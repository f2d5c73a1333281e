"""A scheduled post knows when somebody who may publish last said so."""

from django.db import migrations, models

APPROVED = models.DateTimeField(
    editable=False,
    help_text="When somebody who may publish last scheduled it.",
    null=True,
    verbose_name="approved",
)
SCHEDULED_BEFORE = "UPDATE digest_post SET approved_at = now() WHERE state = 'scheduled'"


class Migration(migrations.Migration):

    dependencies = [("digest", "0004_editors_of_findings")]

    operations = [
        migrations.AddField("historicalpost", "approved_at", APPROVED),
        migrations.AddField("post", "approved_at", APPROVED),
        migrations.RunSQL(SCHEDULED_BEFORE, migrations.RunSQL.noop),
    ]
