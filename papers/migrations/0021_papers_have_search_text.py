"""A paper has the text that editors search it by, in an index that answers without the rows."""

from django.db import migrations, models
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left, Lower

_SAME = When(title=F("title_plain"), then=Value(""))
_OTHER_TITLE = Case(_SAME, default=F("title"), output_field=TextField())
_PARTS = [
    "arxiv_id",
    Value(" "),
    "organization",
    Value(" "),
    "title_plain",
    Value(" "),
    _OTHER_TITLE,
]


class Migration(migrations.Migration):

    dependencies = [("papers", "0020_calls_keep_invented_quotes")]

    operations = [
        migrations.AddField(
            "paper",
            "search_text",
            models.GeneratedField(
                db_persist=True,
                expression=Left(
                    Lower(Concat(*(Cast(part, TextField()) for part in _PARTS))), 640
                ),
                help_text="What editors search: id, organization and both forms of the title.",
                output_field=TextField(),
            ),
        ),
        migrations.AddIndex(
            "paper",
            models.Index(fields=["-id"], include=("search_text",), name="paper_search_text"),
        ),
    ]
