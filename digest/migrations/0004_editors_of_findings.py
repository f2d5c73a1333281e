"""Editors answer findings and reports, keep the glossary, and correct."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = {
    "papers": [
        "view_finding",
        "change_finding",
        "view_term",
        "add_term",
        "change_term",
        "delete_term",
        "view_report",
        "change_report",
        "view_modelcall",
    ],
    "digest": ["view_correction", "add_correction"],
}


def grant(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editors")
    for label, codenames in RIGHTS.items():
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
        permissions = apps.get_model("auth", "Permission").objects
        group.permissions.add(
            *permissions.filter(content_type__app_label=label, codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0007_findings_reports_calls"),
        ("digest", "0003_corrections"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
