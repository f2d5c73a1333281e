"""The group of those who make the digest."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROWS = {
    "papers": ["paper", "section", "listing", "proposal"],
    "digest": ["post", "entry"],
    "taggit": ["tag"],
}
EDITED = ["view", "add", "change"]
MORE = ["delete_entry", "delete_tag", "publish_post", "view_job", "change_job", "view_run"]


def make_group(apps, schema_editor):
    # Permissions are made after all migrations; the group needs them now.
    for label in ROWS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    codenames = [f"{act}_{row}" for rows in ROWS.values() for row in rows for act in EDITED]
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=ROWS, codename__in=[*codenames, *MORE]
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Editors")
    group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0004_jobs"),
        ("digest", "0001_initial"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
