"""Posts have a history of the whole, and deleted ones a trash."""

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import papers.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0016_preview_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TrashedPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_id', models.BigIntegerField(unique=True)),
                ('title', papers.models.fields.LineField(max_length=200, verbose_name='title')),
                ('date', models.DateField(verbose_name='date')),
                ('paper_count', models.PositiveIntegerField(verbose_name='papers')),
                ('rows', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('deleted_at', models.DateTimeField(verbose_name='deleted')),
                ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deleted by')),
            ],
            options={
                'verbose_name': 'deleted post',
                'verbose_name_plural': 'deleted posts',
                'ordering': ['-deleted_at', '-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=100)),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('positions', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('public_at', models.DateTimeField(null=True)),
                ('post', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='digest.post')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['post', '-id'], name='snapshot_of_post')],
            },
        ),
        migrations.CreateModel(
            name='SnapshotPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper_id', models.BigIntegerField(null=True)),
                ('checksum', models.CharField(max_length=64)),
                ('said', models.JSONField(default=dict)),
                ('post', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='digest.post')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['post', 'checksum'], name='snapshot_part')],
            },
        ),
    ]
