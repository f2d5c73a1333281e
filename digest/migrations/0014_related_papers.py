"""Related papers. What is indexed already is related by the worker."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# Each of these is related anyway, so none has to reach the others.
QUEUE_ALL = migrations.RunSQL(
    """
    INSERT INTO digest_relationchange (paper_id, reaches_others)
    SELECT paper_id, FALSE FROM digest_searchentry WHERE paper_id IS NOT NULL;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0013_search'),
        ('papers', '0023_evidence'),
    ]

    operations = [
        migrations.CreateModel(
            name='RelationChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper_id', models.BigIntegerField()),
                ('reaches_others', models.BooleanField(help_text='Whether the papers on both ends of its relations are related anew too.')),
            ],
        ),
        migrations.CreateModel(
            name='RelatedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(help_text='The nearest has 1.')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='The rare words of both, the best first.', size=None)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='papers.paper')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='papers.paper')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'position'), name='related_paper_position')],
            },
        ),
        QUEUE_ALL,
    ]
