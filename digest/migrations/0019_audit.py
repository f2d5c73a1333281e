"""The audit: who did what. Its rows are only added."""

import papers.clock
from django.db import migrations, models


# Acts at the door have an IP address and may go after 90 days, all others after two years.
APPEND_ONLY = """
    CREATE FUNCTION digest_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE kept interval := '729 days';
    BEGIN
        IF OLD.act IN (
            'signed_in', 'sign_in_failed', 'signed_out', 'reset_asked', 'reset_mailed', 'unlocked'
        ) THEN
            kept := '89 days';
        END IF;
        IF TG_OP = 'DELETE' AND OLD.at < now() - kept THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'The audit is only added to.';
    END $$;
    CREATE TRIGGER digest_audit_is_append_only BEFORE UPDATE OR DELETE ON digest_auditrecord
        FOR EACH ROW EXECUTE FUNCTION digest_audit_is_append_only();
"""
AS_BEFORE = """
    DROP TRIGGER digest_audit_is_append_only ON digest_auditrecord;
    DROP FUNCTION digest_audit_is_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('digest', '0018_tags_are_merged'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=papers.clock.now, verbose_name='time')),
                ('act', models.CharField(choices=[('signed_in', 'signed in'), ('sign_in_failed', 'sign-in failed'), ('signed_out', 'signed out'), ('reset_asked', 'asked for a new password'), ('reset_mailed', 'mailed a link for a new password'), ('unlocked', 'unlocked a sign-in'), ('created', 'created'), ('changed', 'changed'), ('deleted', 'deleted'), ('restored', 'restored an older version'), ('published', 'published'), ('withdrawn', 'withdrew'), ('accepted', 'let findings stand'), ('reopened', 'opened findings again'), ('merged', 'merged tags'), ('undone', 'took a merge or rename back'), ('revoked', 'revoked a link'), ('rights', 'changed rights'), ('password', 'changed a password'), ('two_factor_on', 'set two-factor sign-in up'), ('two_factor_off', 'removed two-factor sign-in'), ('codes_made', 'made recovery codes'), ('code_used', 'used a recovery code')], max_length=20, verbose_name='act')),
                ('person', models.CharField(blank=True, help_text='Empty: the site itself.', max_length=150, verbose_name='person')),
                ('person_id', models.IntegerField(null=True)),
                ('model', models.CharField(blank=True, max_length=100)),
                ('key', models.CharField(blank=True, max_length=64)),
                ('about', models.CharField(blank=True, max_length=250, verbose_name='about')),
                ('changes', models.JSONField(default=list, verbose_name='changes')),
                ('reason', models.CharField(blank=True, max_length=250, verbose_name='reason')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='IP address')),
            ],
            options={
                'verbose_name': 'audit record',
                'verbose_name_plural': 'audit records',
                'ordering': ['-at', '-id'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['person', '-at'], name='audit_person'), models.Index(fields=['act', '-at'], name='audit_act')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, AS_BEFORE),
    ]
