"""How long acts are kept."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from digest.models.audit import SIGN_INS, AuditRecord
from papers.clock import now


def forget_old() -> int:
    """Delete what is too old, and return how much. PostgreSQL refuses to delete anything newer."""
    at_the_door = Q(act__in=SIGN_INS, at__lt=now() - timedelta(days=settings.SIGN_IN_LOG_DAYS))
    others = Q(at__lt=now() - timedelta(days=settings.AUDIT_DAYS))
    count, _ = AuditRecord.objects.filter(at_the_door | others).delete()
    return count
