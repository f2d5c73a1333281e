"""A report that was answered as fixed says what was put right, as readers will be told."""

import papers.models.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0018_unsaved_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='correction',
            field=papers.models.fields.LineField(blank=True, help_text='Offered as the correction when the changes are published.', max_length=500, verbose_name='what was put right'),
        ),
    ]
