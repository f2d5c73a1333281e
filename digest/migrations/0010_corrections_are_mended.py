"""A published correction can be mended and taken back, and has a history from its first text on."""

import django.db.models.deletion
import papers.models.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models


def begin(apps, schema_editor):
    Correction = apps.get_model("digest", "Correction")
    Historical = apps.get_model("digest", "HistoricalCorrection")
    Historical.objects.bulk_create(
        (
            Historical(
                id=each.pk,
                text=each.text,
                corrected_at=each.corrected_at,
                corrected_by_id=each.corrected_by_id,
                paper_id=each.paper_id,
                post_id=each.post_id,
                history_date=each.corrected_at,
                history_user_id=each.corrected_by_id,
                history_type="+",
            )
            for each in Correction.objects.order_by("pk").iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0009_tag_aliases'),
        ('papers', '0017_public_changed_at'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='correction',
            name='mended_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='mended'),
        ),
        migrations.AddField(
            model_name='correction',
            name='taken_back_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='taken back'),
        ),
        migrations.CreateModel(
            name='HistoricalCorrection',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('text', papers.models.fields.LineField(max_length=500, verbose_name='what was put right')),
                ('corrected_at', models.DateTimeField(verbose_name='corrected')),
                ('mended_at', models.DateTimeField(editable=False, null=True, verbose_name='mended')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('corrected_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='corrected by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paper', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='papers.paper', verbose_name='paper')),
                ('post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='digest.post', verbose_name='post')),
            ],
            options={
                'verbose_name': 'historical correction',
                'verbose_name_plural': 'historical corrections',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
