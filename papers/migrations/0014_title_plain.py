"""Titles as plain text, and abstracts as sources gave them.

Until a title is rendered again, its plain text is what was shown before: the title itself.
"""

from django.db import migrations, models


def copy_titles(apps, schema_editor):
    apps.get_model("papers", "Paper").objects.update(title_plain=models.F("title"))


class Migration(migrations.Migration):
    dependencies = [("papers", "0013_tags_have_addresses")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="title_plain",
            field=models.CharField(
                default="", editable=False, max_length=2000, verbose_name="title"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="paper",
            name="raw_abstract",
            field=models.TextField(
                blank=True, default="", editable=False, verbose_name="abstract as given"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(copy_titles, migrations.RunPython.noop, elidable=True),
    ]
