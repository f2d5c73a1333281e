"""A job knows the request that asked for it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0030_one_choice_one_spelling'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='request_id',
            field=models.CharField(blank=True, db_default='', editable=False, help_text='The request that asked for it last; log lines have it.', max_length=64, verbose_name='request'),
        ),
    ]
