"""A full text says which program made its file, whether it is the whole, and which reader read it.

The daily figure of the sections found begins with the texts of the last weeks, so these are told
their kinds here.
"""

from django.db import migrations, models

# A damaged row has none. Older texts are not looked at: they are long, and no figure counts them.
KINDS = """
    UPDATE papers_fulltext SET kinds = left((
        SELECT coalesce(string_agg(DISTINCT kind #>> '{}', ' '), '')
        FROM jsonb_path_query(parts, 'lax $[*].kind ? (@.type() == "string")') AS kind
    ), 120) WHERE error = '' AND parsed_at > now() - interval '60 days'
"""

# Going back keeps Markdown texts: the release before leaves them alone, and can store no new ones.
DROP_FORMATS = "ALTER TABLE papers_fulltext DROP CONSTRAINT full_text_format"
FORMATS_BEFORE = """
    ALTER TABLE papers_fulltext ADD CONSTRAINT full_text_format
        CHECK (format IN ('html', 'pdf')) NOT VALID
"""


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0027_mails_about_reviews'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(DROP_FORMATS, FORMATS_BEFORE)],
            [migrations.RemoveConstraint('fulltext', 'full_text_format')],
        ),
        migrations.AddField(
            model_name='fulltext',
            name='absent_since',
            field=models.DateTimeField(blank=True, help_text='When the file was first not there. Empty: it is not asked for again.', null=True, verbose_name='absent since'),
        ),
        migrations.AddField(
            model_name='fulltext',
            name='gap',
            field=models.CharField(blank=True, db_default='', help_text='The sign that parts of the paper are missing. Empty: there is none.', max_length=200, verbose_name='not the whole'),
        ),
        migrations.AddField(
            model_name='fulltext',
            name='generator',
            field=models.CharField(blank=True, db_default='', help_text='The program that made the file, as the file says.', max_length=80, verbose_name='generator'),
        ),
        migrations.AddField(
            model_name='fulltext',
            name='kinds',
            field=models.CharField(blank=True, db_default='', help_text='The kinds that its parts have, between blanks.', max_length=120, verbose_name='kinds of parts'),
        ),
        migrations.AddField(
            model_name='fulltext',
            name='reader',
            field=models.PositiveSmallIntegerField(db_default=1, help_text='The version of our own program that read the file.', verbose_name='version of our reader'),
        ),
        migrations.RunSQL(KINDS, migrations.RunSQL.noop, elidable=True),
        migrations.AlterField(
            model_name='fulltext',
            name='format',
            field=models.CharField(choices=[('html', 'HTML'), ('pdf', 'PDF'), ('md', 'Markdown')], max_length=4, verbose_name='read from'),
        ),
        migrations.AddIndex(
            model_name='fulltext',
            index=models.Index(condition=models.Q(('absent_since__isnull', False)), fields=['absent_since'], name='full_text_absent'),
        ),
        migrations.AddIndex(
            model_name='fulltext',
            index=models.Index(fields=['parsed_at'], name='full_text_by_time'),
        ),
        migrations.AddConstraint(
            model_name='fulltext',
            constraint=models.CheckConstraint(condition=models.Q(('format__in', ['html', 'pdf', 'md'])), name='full_text_format'),
        ),
    ]
