"""Preview links, what pinned ones show, and the notes that are left on them."""

import django.db.models.deletion
import papers.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0015_people_review_posts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('recipient', papers.models.fields.LineField(blank=True, max_length=80)),
                ('is_pinned', models.BooleanField(help_text='Whether it shows the post as it was when the link was made (`PinnedPage`).')),
                ('of_changes', models.BooleanField(help_text='Whether the post was public when it was made.')),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('public_at', models.DateTimeField(help_text='When what it was made to show went public.', null=True)),
                ('opened', models.PositiveIntegerField(default=0)),
                ('last_opened_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preview_links', to='digest.post')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'preview link',
                'verbose_name_plural': 'preview links',
                'ordering': ['-made_at', '-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PinnedPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=8)),
                ('title', models.TextField()),
                ('html', models.TextField()),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='digest.previewlink')),
            ],
            options={
                'verbose_name': 'pinned page',
                'verbose_name_plural': 'pinned pages',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PreviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=80)),
                ('text', models.TextField(max_length=2000)),
                ('written_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='digest.previewlink')),
            ],
            options={
                'verbose_name': 'note on a preview',
                'verbose_name_plural': 'notes on previews',
                'ordering': ['-written_at', '-id'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='previewlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='preview_link_expires'),
        ),
        migrations.AddConstraint(
            model_name='pinnedpage',
            constraint=models.UniqueConstraint(fields=('link', 'language'), name='pinned_page_once'),
        ),
    ]
