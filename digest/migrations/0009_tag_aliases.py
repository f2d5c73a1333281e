"""What a tag was called before leads to the tag: its old slugs and names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0008_papers_changed_with_posts'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
    ]

    operations = [
        migrations.CreateModel(
            name='TagAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=100, null=True, unique=True, verbose_name='slug')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='taggit.tag', verbose_name='tag')),
            ],
            options={
                'verbose_name': 'old name of a tag',
                'verbose_name_plural': 'old names of tags',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__isnull', True), ('name', ''), _connector='XOR'), name='tag_alias_is_slug_or_name')],
            },
        ),
    ]
