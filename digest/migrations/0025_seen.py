"""Heartbeats of workers, troubles that go on, and the figures of web processes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0024_papers_are_taken_down'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('since', models.DateTimeField(help_text='When it was first seen.')),
                ('told_at', models.DateTimeField(help_text='When a mail said it.', null=True)),
                ('seen_at', models.DateTimeField(help_text='When it was last seen.')),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('queue', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WebFigures',
            fields=[
                ('process', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(help_text='When it was counted.')),
                ('text', models.TextField()),
            ],
        ),
    ]
