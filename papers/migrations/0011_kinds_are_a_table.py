"""The kinds of section stand in `papers.kinds`: a new one needs no migration from here on."""

from django.db import migrations, models

import papers.kinds


class Migration(migrations.Migration):

    dependencies = [
        ('papers', '0010_findings_of_collections'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='section',
            name='section_kind',
        ),
        migrations.AlterField(
            model_name='historicalsection',
            name='kind',
            field=models.CharField(choices=papers.kinds.choices, max_length=20, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='section',
            name='kind',
            field=models.CharField(choices=papers.kinds.choices, max_length=20, verbose_name='kind'),
        ),
    ]
