"""Findings, terms, reports and model calls; and who wrote and reviewed what readers see."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import papers.models.fields
from django.conf import settings
from django.db import migrations, models


# Where readers see the working text, they see the work of those who wrote and reviewed it.
PUBLIC = """
    UPDATE papers_section SET
        public_prompt_version = prompt_version, public_written_at = written_at,
        public_reviewed_at = reviewed_at, public_reviewer_id = reviewer_id
    WHERE public_html <> '' AND public_markdown = markdown
"""


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0006_any_source_of_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='section',
            name='checked',
            field=models.CharField(blank=True, editable=False, help_text='Checksum of all that its findings follow from; empty: not checked yet.', max_length=64),
        ),
        migrations.AddField(
            model_name='section',
            name='public_prompt_version',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='section',
            name='public_reviewed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='section',
            name='public_reviewer',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='section',
            name='public_written_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('english', papers.models.fields.LineField(max_length=100, verbose_name='English')),
                ('language', models.CharField(default='ko', max_length=8, verbose_name='language')),
                ('rendering', papers.models.fields.LineField(max_length=100, verbose_name='rendering')),
                ('variants', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='Other renderings, which are pointed out.', size=None, verbose_name='not wanted')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': ['english'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('english'), models.F('language'), name='term_once', violation_error_message='This term is in the glossary already.')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_name', models.CharField(max_length=20, verbose_name='check')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('level', models.CharField(choices=[('error', 'error'), ('warning', 'warning'), ('unchecked', 'unchecked')], max_length=10, verbose_name='level')),
                ('message', models.TextField(help_text='English msgid, with %(name)s for values of `data`.')),
                ('data', models.JSONField(default=dict)),
                ('start', models.PositiveIntegerField(help_text='In the Markdown, in characters.')),
                ('end', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('evidence', models.TextField(blank=True, help_text='The sentence that comes nearest.', verbose_name='what the paper says')),
                ('checksum', models.CharField(editable=False, max_length=64)),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='found')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted')),
                ('reason', papers.models.fields.LineField(blank=True, max_length=500, verbose_name='reason')),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='papers.paper', verbose_name='paper')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='papers.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'finding',
                'verbose_name_plural': 'findings',
                'ordering': ['section__position', 'section', 'start', 'id'],
                'constraints': [models.UniqueConstraint(fields=('paper', 'section', 'checksum'), name='finding_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('level__in', ['error', 'warning', 'unchecked'])), name='finding_level'), models.CheckConstraint(condition=models.Q(('end__gte', models.F('start'))), name='finding_span'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='finding_accepted_has_its_reason')],
            },
        ),
        migrations.CreateModel(
            name='ModelCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8, verbose_name='language')),
                ('kind', models.CharField(blank=True, help_text='Empty: the whole summary.', max_length=20, verbose_name='section')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('prompt_version', models.CharField(max_length=40, verbose_name='prompt version')),
                ('source', models.CharField(editable=False, help_text="SHA-256 of the paper's text that was sent.", max_length=64)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('outcome', models.CharField(blank=True, choices=[('done', 'drafted'), ('refused', 'the model refused'), ('prose', 'not the form asked for'), ('cut', 'cut off'), ('language', 'another language'), ('overflow', 'the server cut the paper'), ('error', 'the server refused'), ('down', 'the server is down')], max_length=10, verbose_name='outcome')),
                ('message', models.TextField(blank=True, verbose_name='message')),
                ('finish_reason', models.CharField(blank=True, max_length=40, verbose_name='finish reason')),
                ('prompt_tokens', models.PositiveIntegerField(default=0, verbose_name='prompt tokens')),
                ('completion_tokens', models.PositiveIntegerField(default=0, verbose_name='completion tokens')),
                ('reply', models.TextField(blank=True, help_text='As it came, at most 64 kB.', verbose_name='reply')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='model_calls', to='papers.paper', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'model call',
                'verbose_name_plural': 'model calls',
                'ordering': ['-asked_at', '-id'],
                'indexes': [models.Index(fields=['asked_at'], name='call_by_time'), models.Index(fields=['paper', 'source'], name='call_by_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', ''), ('outcome__in', ['done', 'refused', 'prose', 'cut', 'language', 'overflow', 'error', 'down']), _connector='OR'), name='call_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='reported')),
                ('state', models.CharField(choices=[('open', 'open'), ('fixed', 'fixed'), ('rejected', 'no mistake')], default='open', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='papers.paper', verbose_name='paper')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='papers.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'reported mistake',
                'verbose_name_plural': 'reported mistakes',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'fixed', 'rejected'])), name='report_state'), models.CheckConstraint(condition=models.Q(('state', 'open'), ('decided_at__isnull', False), _connector='OR'), name='report_decided_has_its_time')],
            },
        ),
        migrations.RunSQL(PUBLIC, migrations.RunSQL.noop),
    ]
