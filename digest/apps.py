from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class DigestConfig(AppConfig):
    name = "digest"
    verbose_name = _("Digest")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate, pre_migrate
        from simple_history.signals import post_create_historical_record

        from digest import stored_dates
        from digest.ledger import alerts
        from digest.models.tag_alias import renamed
        from digest.publishing import live, rerendering, taking_back
        from digest.readers.pages import changes
        from papers.editing.live import PAGES, RULES
        from papers.models import JobKind
        from papers.models.tag import RENAMED
        from papers.pipeline.steps import STEPS

        connection_created.connect(stored_dates.register)
        STEPS[JobKind.ALERT] = alerts.send
        STEPS[JobKind.RENDER] = rerendering.step
        post_migrate.connect(rerendering.add_job, sender=self)
        pre_migrate.connect(changes.close, sender=self)
        post_migrate.connect(changes.install, sender=self)
        RULES.append(live.may_change)
        PAGES.append(live.has_page)
        RENAMED.append(renamed)
        post_create_historical_record.connect(taking_back.notice)
        apps.get_app_config("axes").verbose_name = _("Sign-ins")
