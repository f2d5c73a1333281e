"""A person has a language for the editors' pages."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("digest", "0010_corrections_are_mended"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Preference",
            [
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=8, verbose_name="language")),
            ],
            {
                "verbose_name": "preference",
                "verbose_name_plural": "preferences",
                "default_permissions": (),
            },
        ),
    ]
