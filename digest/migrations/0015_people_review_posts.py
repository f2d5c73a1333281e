"""People review posts: comments, the reason of a withdrawal, groups Reviewers and Publishers."""

import django.db.models.deletion
import django.db.models.functions.datetime
import papers.models.fields
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

READ = [
    "view_post",
    "view_entry",
    "view_paper",
    "view_section",
    "view_listing",
    "view_finding",
    "view_term",
    "view_tag",
    "view_correction",
]


def make_groups(apps, schema_editor):
    """Make both groups. One that exists already is somebody's own, and stays as it is."""
    # Permissions are made after all migrations; the groups need them now.
    for label in ("papers", "digest", "taggit"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=["papers", "digest", "taggit"]
    )
    groups = apps.get_model("auth", "Group").objects
    reviewers, is_new = groups.get_or_create(name="Reviewers")
    if is_new:
        reviewers.permissions.add(*permissions.filter(codename__in=[*READ, "review_post"]))
    publishers, is_new = groups.get_or_create(name="Publishers")
    if is_new:
        editors = groups.filter(name="Editors").first()
        if editors:
            publishers.permissions.add(*editors.permissions.all())
        publishers.permissions.add(*permissions.filter(codename="publish_post"))


def note_when_made_public(apps, schema_editor):
    """Take the moment at which readers last saw another text: nothing older is known."""
    posts = apps.get_model("digest", "Post").objects.exclude(updated_at=None)
    posts.update(made_public_at=models.F("updated_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0014_related_papers'),
        ('papers', '0026_papers_have_topics'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='post',
            options={'ordering': ['-date', '-published_at', '-id'], 'permissions': [('publish_post', 'Can publish, schedule and withdraw posts'), ('review_post', 'Can review posts and request changes')], 'verbose_name': 'post', 'verbose_name_plural': 'posts'},
        ),
        migrations.AddField(
            model_name='historicalpost',
            name='withdrawal_reason',
            field=papers.models.fields.LineField(blank=True, db_default='', editable=False, help_text='Readers who come to its address see it.', max_length=300, verbose_name='why it was withdrawn'),
        ),
        migrations.AddField(
            model_name='post',
            name='withdrawal_reason',
            field=papers.models.fields.LineField(blank=True, db_default='', editable=False, help_text='Readers who come to its address see it.', max_length=300, verbose_name='why it was withdrawn'),
        ),
        migrations.AddField(
            model_name='post',
            name='made_public_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('comment', 'comment'), ('asked', 'asked for a review'), ('changes', 'changes requested'), ('reviewed', 'reviewed')], max_length=10, verbose_name='kind')),
                ('author_name', models.CharField(max_length=310, verbose_name='name')),
                ('asked_name', models.CharField(blank=True, max_length=310)),
                ('text', models.CharField(blank=True, max_length=2000, verbose_name='text')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='made')),
                ('asked', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who is asked')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='digest.post', verbose_name='post')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['made_at', 'id'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['comment', 'asked', 'changes', 'reviewed'])), name='comment_kind_is_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['asked', 'reviewed']), models.Q(('text', ''), _negated=True), _connector='OR'), name='comment_says_something')],
            },
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(note_when_made_public, migrations.RunPython.noop),
    ]
