"""An act of the audit: a paper was taken down. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0023_search_terms_in_order'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditrecord',
            name='act',
            field=models.CharField(choices=[('signed_in', 'signed in'), ('sign_in_failed', 'sign-in failed'), ('signed_out', 'signed out'), ('reset_asked', 'asked for a new password'), ('reset_mailed', 'mailed a link for a new password'), ('unlocked', 'unlocked a sign-in'), ('created', 'created'), ('changed', 'changed'), ('deleted', 'deleted'), ('restored', 'restored an older version'), ('published', 'published'), ('withdrawn', 'withdrew'), ('accepted', 'let findings stand'), ('reopened', 'opened findings again'), ('merged', 'merged tags'), ('undone', 'took a merge or rename back'), ('revoked', 'revoked a link'), ('rights', 'changed rights'), ('password', 'changed a password'), ('two_factor_on', 'set two-factor sign-in up'), ('two_factor_off', 'removed two-factor sign-in'), ('codes_made', 'made recovery codes'), ('code_used', 'used a recovery code'), ('taken_down', 'took a paper down')], max_length=20, verbose_name='act'),
        ),
    ]
