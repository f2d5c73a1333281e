"""Asking for the password of who is signed in. Wrong ones count as those of a sign-in do.

So an open session is no place to guess a password in.
"""

from __future__ import annotations

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from digest.admin.sign_in import pair
from papers.jobs import locks


def is_right(request: HttpRequest, password: str) -> bool:
    """Return whether it is the password. A locked account gets the page of its lock."""
    user = cast(User, request.user)
    name = user.get_username()
    with locks.one_after_another(pair(request, name)):
        if not may_try(request, name):
            return False
        if user.check_password(password):
            return True
        count_failure(request, name)
    return False


def may_try(request: Any, name: str) -> bool:
    """Return whether an account is open to this address. If not, django-axes answers."""
    credentials = {"username": name}
    if AxesProxyHandler.is_allowed(request, credentials):
        return True
    request.axes_locked_out, request.axes_credentials = True, credentials
    return False


def count_failure(request: HttpRequest, name: str) -> None:
    user_login_failed.send(__name__, credentials={"username": name}, request=request)
