from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class DigestConfig(AppConfig):
    name = "digest"
    verbose_name = _("Digest")

    def ready(self) -> None:
        from celery.signals import beat_init, worker_init, worker_ready
        from django.contrib.auth import signals as auth
        from django.db.backends.signals import connection_created
        from django.db.models import signals
        from simple_history.signals import post_create_historical_record
        from taggit.models import TaggedItem

        from digest import stored_dates, upgrading
        from digest.audit import findings, histories, rows, sign_ins
        from digest.backups import nightly
        from digest.health import watching
        from digest.ledger import alerts
        from digest.models.tag_alias import renamed
        from digest.publishing import live, mails, rerendering, snapshots, taking_back
        from digest.readers.pages import changes
        from papers.editing.live import PAGES, RULES
        from papers.models import JobKind
        from papers.models.tag import RENAMED
        from papers.pipeline.checking import ACCEPTED, REOPENED
        from papers.pipeline.evidence_choices import CHOSEN
        from papers.pipeline.steps import STEPS

        connection_created.connect(stored_dates.register)
        beat_init.connect(watching.beside_beat)
        worker_ready.connect(watching.beside_a_worker)
        STEPS[JobKind.ALERT] = alerts.send
        STEPS[JobKind.REVIEW_MAIL] = mails.send
        STEPS[JobKind.RENDER] = rerendering.step
        STEPS[JobKind.BACKUP] = nightly.step
        signals.post_migrate.connect(rerendering.add_job, sender=self)
        signals.pre_migrate.connect(upgrading.refuse_to_skip, sender=self)  # Before all others.
        signals.pre_migrate.connect(changes.close, sender=self)
        signals.post_migrate.connect(changes.install, sender=self)
        signals.post_migrate.connect(upgrading.note, sender=self)
        worker_init.connect(upgrading.start_celery)
        beat_init.connect(upgrading.start_celery)
        RULES.append(live.may_change)
        PAGES.append(live.has_page)
        RENAMED.append(renamed)
        post_create_historical_record.connect(taking_back.notice)
        CHOSEN.append(taking_back.notice_choice)
        post_create_historical_record.connect(histories.notice)
        rows.watch()
        signals.m2m_changed.connect(rows.linked)
        auth.user_logged_in.connect(sign_ins.signed_in)
        auth.user_logged_out.connect(sign_ins.signed_out)
        auth.user_login_failed.connect(sign_ins.failed)
        ACCEPTED.append(findings.accepted)
        post_create_historical_record.connect(snapshots.after)
        for model in snapshots.ROWS:
            signals.pre_save.connect(snapshots.before, sender=model)
            signals.pre_delete.connect(snapshots.before, sender=model)
        signals.m2m_changed.connect(snapshots.tagged, sender=TaggedItem)
        REOPENED.append(findings.reopened)
        apps.get_app_config("axes").verbose_name = _("Sign-ins")
        apps.get_app_config("taggit").verbose_name = _("Tags")
