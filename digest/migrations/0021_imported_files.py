"""A post remembers the form of the file that it came from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0020_suggestions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedFile',
            fields=[
                ('post', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='imported_file', serialize=False, to='digest.post')),
                ('path', models.CharField(blank=True, help_text="Where the file was below its blog's folder, as papers/_posts/NAME.", max_length=1000)),
                ('day', models.DateField(db_index=True, help_text='The day of the file. An editor may move the post to another.')),
                ('written_slug', models.CharField(blank=True, help_text="The slug in the file's name. That of the post may be another.", max_length=255)),
                ('layout', models.CharField(help_text='A name of digest.jekyll.files.layouts.', max_length=40)),
                ('form', models.JSONField(default=dict, help_text='How the values stood in the file: digest.jekyll.files knows it.')),
                ('old_paths', models.JSONField(default=list, help_text='Paths of the old blog that lead here while readers see the post.')),
                ('own_paths', models.JSONField(default=list, help_text='Those of them that were its own address. The others only led to it.')),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
