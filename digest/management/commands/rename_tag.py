from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from taggit.models import Tag

from digest.management.tags import counts, lines, tag_called
from digest.models import TagAlias
from digest.publishing import tag_changes, tag_plans
from papers.management import arguments
from papers.models.tag import free_slug
from papers.text.tags import TagRefused, tag_name, tag_slug


class Command(BaseCommand):
    help = "Rename a tag. Its old name and addresses lead to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", metavar="OLD", help="its name, in any case, or its slug")
        parser.add_argument("new", metavar="NEW", help="its new name, which makes its address")
        parser.add_argument("--keep-address", action="store_true", help="change the name alone")
        parser.add_argument("--dry-run", action="store_true", help="say what would change")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        tag = tag_called(options["old"])
        name, slug = wanted(tag, options["new"], options["keep_address"])
        if (tag.name, tag.slug) == (name, slug):
            self.stdout.write(f"The tag is called “{name}” already: 0 renamed.")
            return
        refuse_taken(tag, name)
        plan = tag_plans.of_rename(tag, name, slug)
        for line in lines(plan):
            self.stdout.write(line)
        done = f"“{tag.name}” is “{name}”: "
        if options["dry_run"]:
            done = "Nothing was written (dry run): "
        else:
            tag.name, tag.slug = name, slug
            try:
                tag_changes.rename(tag)
            except tag_changes.TagsRefused as error:
                raise CommandError(str(error)) from error
        self.stdout.write(done + arguments.closing_line(counts(plan)))


def wanted(tag: Tag, new: str, keep_address: bool) -> tuple[str, str]:
    """Return the name and the slug that the tag shall have."""
    try:
        name = tag_name(new)
    except TagRefused as error:
        raise CommandError(str(error), returncode=2) from error
    if keep_address or name.casefold() == tag.name.casefold():
        return name, tag.slug
    others = TagAlias.objects.exclude(tag=tag)
    return name, free_slug(tag_slug(name), Tag.objects.exclude(pk=tag.pk), others)


def refuse_taken(tag: Tag, name: str) -> None:
    """Raise CommandError if another tag has the name."""
    if other := Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).first():
        raise CommandError(
            f"There is a tag “{other.name}” already."
            f" To have one of both: manage.py merge_tags '{tag.name}' '{other.name}'"
        )
