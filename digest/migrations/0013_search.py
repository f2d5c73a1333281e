"""The search index. Triggers queue each paper and post of which readers see something else.

They are row triggers with a condition, so a change that no reader sees costs nothing. Whatever
changes a row, a bulk update or plain SQL too, is noticed, in the transaction of the change.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

_IS_PUBLIC = "EXISTS (SELECT FROM digest_entry WHERE paper_id = {} AND public_position IS NOT NULL)"
_CONTENT_TYPE = (
    "(SELECT id FROM django_content_type WHERE app_label = '{}' AND model = '{}')"
)


def _differ(*columns):
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


def trigger(table, name, event, condition, body):
    """Return the operation that makes a row trigger of a table."""
    function = f"digest_search_of_{name}"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql
        SET search_path FROM CURRENT AS $body$
        BEGIN {body} RETURN NULL; END $body$;
        CREATE TRIGGER {function} AFTER {event} ON {table}
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {function}();
        """,
        f"DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}()",
    )


def _queue(column, value, where="TRUE"):
    return f"INSERT INTO digest_searchchange ({column}) SELECT {value} WHERE {where};"


_QUEUE_TAGGED = f"""
    INSERT INTO digest_searchchange (paper_id, post_id)
    SELECT CASE WHEN t.content_type_id = {_CONTENT_TYPE.format("papers", "paper")}
            THEN t.object_id END,
        CASE WHEN t.content_type_id = {_CONTENT_TYPE.format("digest", "post")}
            THEN t.object_id END
    FROM {{source}} t WHERE t.content_type_id IN (
        {_CONTENT_TYPE.format("papers", "paper")}, {_CONTENT_TYPE.format("digest", "post")});
"""
_QUEUE_PAPERS = """
    INSERT INTO digest_searchchange (paper_id)
    SELECT paper_id FROM digest_entry WHERE post_id = NEW.id AND public_position IS NOT NULL;
"""
TRIGGERS = [
    trigger(
        "papers_paper",
        "paper",
        "UPDATE",
        _differ("title_plain", "abstract_html", "authors", "keywords", "organization"),
        _queue("paper_id", "NEW.id", _IS_PUBLIC.format("NEW.id")),
    ),
    trigger(
        "papers_section",
        "section",
        "UPDATE",
        _differ("paper_id", "kind", "language", "heading", "public_html"),
        _queue("paper_id", "NEW.paper_id") + _queue("paper_id", "OLD.paper_id"),
    ),
    trigger(
        "papers_section",
        "section_gone",
        "DELETE",
        "OLD.public_html <> ''",
        _queue("paper_id", "OLD.paper_id"),
    ),
    trigger(
        "papers_section",
        "section_new",
        "INSERT",
        "NEW.public_html <> ''",
        _queue("paper_id", "NEW.paper_id"),
    ),
    trigger(
        "digest_entry",
        "entry",
        "UPDATE",
        _differ("post_id", "paper_id", "public_note_html")
        + " OR (OLD.public_position IS NULL) <> (NEW.public_position IS NULL)",
        _queue("paper_id", "NEW.paper_id") + _queue("paper_id", "OLD.paper_id"),
    ),
    trigger(
        "digest_entry",
        "entry_gone",
        "DELETE",
        "OLD.public_position IS NOT NULL",
        _queue("paper_id", "OLD.paper_id"),
    ),
    trigger(
        "digest_entry",
        "entry_new",
        "INSERT",
        "NEW.public_position IS NOT NULL",
        _queue("paper_id", "NEW.paper_id"),
    ),
    trigger(
        "digest_post",
        "post",
        "UPDATE",
        _differ("public_title", "public_intro_html"),
        _queue("post_id", "NEW.id"),
    ),
    trigger(
        "digest_post",
        "post_state",
        "UPDATE",
        f"({_differ('state', 'date', 'published_at')})"
        " AND 'published' IN (OLD.state, NEW.state)",
        _queue("post_id", "NEW.id") + _QUEUE_PAPERS,
    ),
    trigger(
        "digest_post",
        "post_gone",
        "DELETE",
        "OLD.state = 'published'",
        _queue("post_id", "OLD.id"),
    ),
    trigger(
        "digest_post", "post_new", "INSERT", "NEW.state = 'published'", _queue("post_id", "NEW.id")
    ),
    trigger(
        "taggit_taggeditem",
        "tagged",
        "INSERT OR UPDATE",
        "TRUE",
        _QUEUE_TAGGED.format(source="(SELECT NEW.content_type_id, NEW.object_id)"),
    ),
    trigger(
        "taggit_taggeditem",
        "untagged",
        "DELETE",
        "TRUE",
        _QUEUE_TAGGED.format(source="(SELECT OLD.content_type_id, OLD.object_id)"),
    ),
    trigger(
        "taggit_tag",
        "tag",
        "UPDATE",
        _differ("name", "slug"),
        _QUEUE_TAGGED.format(
            source="(SELECT * FROM taggit_taggeditem WHERE tag_id = NEW.id)"
        ),
    ),
]
# What is public already is indexed by the worker.
QUEUE_ALL = migrations.RunSQL(
    """
    INSERT INTO digest_searchchange (post_id) SELECT id FROM digest_post WHERE state = 'published';
    INSERT INTO digest_searchchange (paper_id)
    SELECT DISTINCT paper_id FROM digest_entry WHERE public_position IS NOT NULL;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0012_what_waits_is_found_by_index'),
        ('papers', '0023_evidence'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper_id', models.BigIntegerField(null=True)),
                ('post_id', models.BigIntegerField(null=True)),
                ('transaction', models.BigIntegerField(db_default=django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Cast(models.Func(function='pg_current_xact_id'), models.TextField()), models.BigIntegerField()))),
            ],
        ),
        migrations.CreateModel(
            name='SearchTerm',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
                ('documents', models.IntegerField()),
                ('at_2', models.IntegerField()),
                ('at_3', models.IntegerField()),
                ('at_4', models.IntegerField()),
                ('at_5', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.TextField(primary_key=True, serialize=False)),
                ('documents', models.IntegerField()),
                ('length', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Length('word'), output_field=models.IntegerField())),
            ],
            options={
                'indexes': [models.Index(fields=['length', '-documents', 'word'], name='search_word_length')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='The date of the post, or of the newest one with the paper.')),
                ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Numbers of terms, the best first.', size=None)),
                ('impacts', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), help_text='In thousandths, as `terms`.', size=None)),
                ('keys', django.contrib.postgres.search.SearchVectorField(help_text='Terms, terms with levels, tags and authors.')),
                ('places', django.contrib.postgres.search.SearchVectorField(help_text='Terms with their places, for phrases.')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='What is offered for a mistyped word.', size=None)),
                ('paper_id', models.BigIntegerField(null=True, unique=True)),
                ('post_id', models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['keys'], name='search_entry_keys')],
                'constraints': [models.CheckConstraint(condition=models.Q(('paper_id__isnull', True), ('post_id__isnull', True), _connector='XOR'), name='search_entry_of_paper_or_post')],
            },
        ),
        *TRIGGERS,
        QUEUE_ALL,
    ]
