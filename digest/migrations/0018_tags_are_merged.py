"""What editors made of tags: renamed, merged, or found to be two."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('digest', '0017_whole_history'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TagChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rename', 'renamed'), ('merge', 'merged')], max_length=8, verbose_name='kind')),
                ('former_tag', models.BigIntegerField(help_text='The key of the tag that it was about.')),
                ('former_name', models.CharField(max_length=100, verbose_name='name')),
                ('former_slug', models.CharField(max_length=100, verbose_name='slug')),
                ('name', models.CharField(help_text='As the change left it.', max_length=100)),
                ('slug', models.CharField(help_text='As the change left it.', max_length=100)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='Keys of the aliases of the merged tag, which lead to the other one since.', size=None)),
                ('taken', models.JSONField(default=list, help_text='The aliases, as objects, that a rename made the name of the tag.')),
                ('had_feed', models.BooleanField(help_text='Whether the feed of the other tag had anything.')),
                ('papers_in_feeds', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='Keys of papers of the other tag that feeds had. They are nothing new.', size=None)),
                ('posts_in_feeds', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='Keys of posts of the other tag that feeds had. They are nothing new.', size=None)),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('followed_by', models.ForeignKey(help_text='The merge that brought this change to its tag. Until that is undone, it stands.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='before', to='digest.tagchange')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('tag', models.ForeignKey(help_text='The tag that is there now. If it is merged itself, the one that it went to.', on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='taggit.tag', verbose_name='tag')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'change of a tag',
                'verbose_name_plural': 'changes of tags',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TagCarrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.IntegerField()),
                ('former_item', models.BigIntegerField(help_text='The key of its item of the merged tag.')),
                ('item', models.BigIntegerField(help_text="The key of its item of the other tag. Another item is an editor's doing since.")),
                ('had_both', models.BooleanField(help_text='Whether it had the other tag, too.')),
                ('own', models.BooleanField(help_text='Whether it had the other tag by itself, by no merge.')),
                ('in_feeds', models.BooleanField(help_text='Whether feeds had it. In another it is nothing new.')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carriers', to='digest.tagchange')),
            ],
        ),
        migrations.CreateModel(
            name='TagPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.CharField(max_length=300)),
                ('second', models.CharField(max_length=300)),
                ('said_at', models.DateTimeField()),
                ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='tagchange',
            index=models.Index(condition=models.Q(('kind', 'merge'), ('undone_at', None)), fields=['former_slug'], name='tag_change_merged_slug'),
        ),
        migrations.AddConstraint(
            model_name='tagchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['rename', 'merge'])), name='tag_change_kind'),
        ),
        migrations.AddIndex(
            model_name='tagcarrier',
            index=models.Index(fields=['item'], name='tag_carrier_item'),
        ),
        migrations.AddIndex(
            model_name='tagcarrier',
            index=models.Index(fields=['content_type', 'object_id'], name='tag_carrier_object'),
        ),
        migrations.AddConstraint(
            model_name='tagcarrier',
            constraint=models.UniqueConstraint(fields=('change', 'content_type', 'object_id'), name='tag_carrier_once'),
        ),
        migrations.AddConstraint(
            model_name='tagpair',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='tag_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='tagpair',
            constraint=models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='tag_pair_of_two'),
        ),
    ]
