"""Who gave the right password and still has to give a code. Until then nobody is signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from papers.clock import now

KEY = "waits_for_code"
LONGEST = timedelta(minutes=10)


def begin(request: HttpRequest, user: Any) -> None:
    """Remember who is to give a code, in a new session."""
    request.session.flush()
    request.session[KEY] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "at": now().isoformat(),
    }


def who(request: HttpRequest) -> User | None:
    """Return who is to give a code. A new password, or ten minutes, end it."""
    waiting = request.session.get(KEY)
    if not waiting or datetime.fromisoformat(waiting["at"]) < now() - LONGEST:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(waiting["hash"], user.get_session_auth_hash()):
        return None
    user.backend = waiting["backend"]
    return user


def end(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
