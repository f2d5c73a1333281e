"""Findings of papers that were compared with each other stand in what they were compared in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('papers', '0009_jobs_know_their_subject'),
    ]

    operations = [
        migrations.AddField(
            model_name='finding',
            name='collection_id',
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='finding',
            name='collection_type',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['collection_type', 'collection_id'], name='finding_collection'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('collection_id', None), ('collection_type', None)), models.Q(('collection_id__isnull', False), ('collection_type__isnull', False)), _connector='OR'), name='finding_collection_whole'),
        ),
    ]
