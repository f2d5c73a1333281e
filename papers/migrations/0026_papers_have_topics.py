"""A paper has its keywords as spellings are compared, in an index.

"Large Language Models", "large-language models" and "large_language_models" are one topic. Only
ASCII is folded, by the rules of the locale "C", so that every server folds alike. A topic ends
after 100 characters, since an entry of the index has to fit into a page.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Func

# An element that is NULL, or nothing but signs between words, is the empty topic.
FUNCTION = """
CREATE FUNCTION papers_topics(names text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(coalesce(btrim(left(
        btrim(regexp_replace(lower(name COLLATE "C"), '[ /_-]+', '-', 'g'), '-'), 100
    ), '-'), '') ORDER BY place), '{}')
    FROM unnest(names) WITH ORDINALITY AS each (name, place)
$$
"""


class Migration(migrations.Migration):

    dependencies = [("papers", "0025_reports_know_when_they_were_public")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION papers_topics(text[])"),
        migrations.AddField(
            "paper",
            "topics",
            models.GeneratedField(
                db_persist=True,
                expression=Func("keywords", function="papers_topics"),
                help_text=(
                    "Each of the keywords as spellings are compared: the same places, maybe empty."
                ),
                output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
            ),
        ),
        migrations.AddIndex(
            "paper",
            django.contrib.postgres.indexes.GinIndex(fields=["topics"], name="paper_topics"),
        ),
    ]
