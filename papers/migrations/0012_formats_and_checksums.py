"""A source is a place that names papers: a file's form and a text's checksum have other names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("papers", "0011_kinds_are_a_table")]

    operations = [
        migrations.RemoveConstraint("fulltext", "full_text_once"),
        migrations.RemoveConstraint("fulltext", "full_text_source"),
        migrations.AlterModelOptions(
            "fulltext",
            {
                "ordering": ["paper", "-version", "format"],
                "verbose_name": "full text",
                "verbose_name_plural": "full texts",
            },
        ),
        migrations.RenameField("fulltext", "source", "format"),
        migrations.AddConstraint(
            "fulltext",
            models.UniqueConstraint("paper", "version", "format", name="full_text_once"),
        ),
        migrations.AddConstraint(
            "fulltext",
            models.CheckConstraint(
                condition=models.Q(format__in=["html", "pdf"]), name="full_text_format"
            ),
        ),
        migrations.RemoveIndex("modelcall", "call_by_source"),
        migrations.RenameField("modelcall", "source", "source_checksum"),
        migrations.AddIndex(
            "modelcall",
            models.Index(fields=["paper", "source_checksum"], name="call_by_source"),
        ),
    ]
