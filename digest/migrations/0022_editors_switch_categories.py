"""Editors and Publishers switch categories of arXiv on and off."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = ["view_arxivcategory", "add_arxivcategory", "change_arxivcategory"]


def grant(apps, schema_editor):
    # Permissions are made after all migrations; the groups need them now.
    config = apps.get_app_config("papers")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="papers", codename__in=RIGHTS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Publishers"]):
        group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0029_sources_hold_on"),
        ("digest", "0021_imported_files"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
