"""A fixed report knows when readers saw what it put right. It is then offered no more."""

from django.db import migrations, models
from django.db.models import F


def note(apps, schema_editor):
    """Count as public what was decided before its paper last changed for readers."""
    reports = apps.get_model("papers", "Report").objects.filter(state="fixed")
    public = reports.filter(paper__public_changed_at__gte=F("decided_at"))
    public.update(public_at=F("decided_at"))


class Migration(migrations.Migration):

    dependencies = [("papers", "0024_a_choice_that_is_gone")]

    operations = [
        migrations.AddField(
            "report",
            "public_at",
            models.DateTimeField(
                editable=False,
                help_text="When readers first saw what a fixed report put right.",
                null=True,
            ),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
