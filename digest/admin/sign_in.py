"""The editors' sign-in: wrong passwords lock an account for the address they came from.

django-axes counts and locks (the settings say after how many, and for how long); here stands what
only this site can say: who asks, that one try follows another, and the page that says so.
"""

from __future__ import annotations

from ipaddress import ip_interface
from math import ceil
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.forms import AuthenticationForm

from digest.readers.throttle import client_ip, household
from papers.clock import now
from papers.jobs import locks


def address(request: HttpRequest) -> str | None:
    """Where a sign-in comes from; of IPv6 the network, for one client has 2^64 addresses."""
    try:
        return str(ip_interface(household(client_ip(request))).ip)
    except ValueError:  # Behind a Unix socket there is none.
        return None


class SignInForm(AuthenticationForm):
    """The admin's own form, with each try counted before the next one for the same pair begins."""

    def clean(self) -> dict[str, Any]:
        pair = f"sign in {self.cleaned_data.get('username')} {address(self.request)}"
        with locks.one_after_another(pair):
            return super().clean()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Count the right password of an account that may not come in like a wrong one.

        Otherwise the lock that does not come tells that the password was right.
        """
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            credentials = {"username": user.get_username()}
            user_login_failed.send(__name__, credentials=credentials, request=self.request)
            raise


# The theme reads its own setting for this before our modules can be loaded.
admin.site.login_form = SignInForm


def locked(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """The page that says how long the lock lasts and what to do meanwhile."""
    tries = AccessAttempt.objects.filter(
        username=credentials["username"], ip_address=address(request)
    )
    last = tries.aggregate(last=Max("attempt_time"))["last"] or now()
    seconds = max(1, ceil((last + get_cool_off(request) - now()).total_seconds()))
    context = {"minutes": ceil(seconds / 60)}
    page = render(request, "429.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
