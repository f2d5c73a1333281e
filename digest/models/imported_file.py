"""What is remembered of the file that a post came from. No text of a post or paper is in it."""

from __future__ import annotations

from django.db import models

from digest.models.posts import Post
from papers.models.fields import ShapedJSONField


class ImportedFile(models.Model):
    """How a post stood in its file, and where its old blog had it. The front matter is the post's.

    It is a row of its own because no page reads it. A post made on the site has none.
    """

    # Without a constraint the release before this table can still delete a post.
    post = models.OneToOneField(
        Post,
        models.CASCADE,
        primary_key=True,
        related_name="imported_file",
        db_constraint=False,
    )
    path = models.CharField(
        max_length=1000,
        blank=True,
        help_text="Where the file was below its blog's folder, as papers/_posts/NAME.",
    )
    day = models.DateField(
        db_index=True, help_text="The day of the file. An editor may move the post to another."
    )
    written_slug = models.CharField(
        max_length=255,
        blank=True,
        help_text="The slug in the file's name. That of the post may be another.",
    )
    layout = models.CharField(max_length=40, help_text="A name of digest.jekyll.files.layouts.")
    form = ShapedJSONField(
        default=dict, help_text="How the values stood in the file: digest.jekyll.files knows it."
    )
    old_paths = ShapedJSONField(
        default=list, help_text="Paths of the old blog that lead here while readers see the post."
    )
    own_paths = ShapedJSONField(
        default=list,
        help_text="Those of them that were its own address. The others only led to it.",
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.post}: {self.layout}"
