"""What waits for editors, and what they did lately, is found without reading all rows."""

from django.db import migrations, models


def of_people(model):
    """Index the history of a model by time, only what people did: machines write far more."""
    table = f"digest_historical{model}"
    return migrations.RunSQL(
        f"CREATE INDEX {table}_people ON {table} (history_date DESC)"
        " WHERE history_user_id IS NOT NULL",
        f"DROP INDEX {table}_people",
    )


class Migration(migrations.Migration):

    dependencies = [("digest", "0011_preferences")]

    operations = [
        migrations.AddIndex(
            "entry",
            models.Index(
                condition=models.Q(position__isnull=True)
                | models.Q(public_position__isnull=True)
                | ~models.Q(position=models.F("public_position"))
                | ~models.Q(note=models.F("public_note")),
                fields=["post"],
                name="entry_changed",
            ),
        ),
        of_people("post"),
        of_people("entry"),
    ]
