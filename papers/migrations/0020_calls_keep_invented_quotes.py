"""A call to a model keeps, by section, the quotes that are not in the paper."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0019_reports_say_what_was_put_right'),
    ]

    operations = [
        migrations.AddField(
            model_name='modelcall',
            name='invented',
            field=models.JSONField(default=dict, editable=False, help_text='By kind of section: quotes that are not in the paper, the first few.'),
        ),
    ]
