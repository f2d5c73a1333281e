"""A tag's name is clean and in NFC, and its slug an address; names that fall together are merged."""

from django.db import migrations

from papers.models.tag import free_slug
from papers.text.cleaning import fold
from papers.text.tags import MAX_LENGTH, TagRefused, is_address, tag_slug


def mend(apps, schema_editor):
    tags = apps.get_model("taggit", "Tag").objects
    for tag in tags.order_by("pk").iterator():
        name = fold(tag.name)[:MAX_LENGTH] or f"tag {tag.pk}"
        if name != tag.name and (twin := tags.filter(name=name).exclude(pk=tag.pk).first()):
            _merge(tag, twin)
        elif name != tag.name or not is_address(tag.slug):
            tag.name = name
            if not is_address(tag.slug):
                tag.slug = free_slug(_slug(tag), tags.exclude(pk=tag.pk))
            tag.save()


def _slug(tag):
    try:
        return tag_slug(tag.name)
    except TagRefused:
        return f"tag-{tag.pk}"


def _merge(tag, twin):
    items = tag.taggit_taggeditem_items
    for item in items.all():
        things = twin.taggit_taggeditem_items.filter(
            content_type=item.content_type, object_id=item.object_id
        )
        if not things.exists():
            things.model.objects.filter(pk=item.pk).update(tag=twin)
    tag.delete()


class Migration(migrations.Migration):

    dependencies = [
        ("papers", "0012_formats_and_checksums"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop)]
