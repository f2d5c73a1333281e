"""The database knows which release it was brought to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("papers", "0032_jobs_back_up"),
        ("digest", "0025_seen"),
    ]

    operations = [
        migrations.CreateModel(
            "Upgrade",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("release", models.CharField(max_length=20, verbose_name="release")),
                (
                    "oldest",
                    models.CharField(
                        db_default="", max_length=20, verbose_name="oldest release that may use these tables"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
            ],
            {"verbose_name": "upgrade", "verbose_name_plural": "upgrades", "default_permissions": ()},
        ),
    ]
