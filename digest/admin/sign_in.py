"""The editors' sign-in: wrong passwords lock an account for the IP address they came from.

django-axes counts and locks. The settings say after how many failures and for how long. This module
has what django-axes cannot know: the client's address, the order of attempts, and the page that
says that the account is locked.
"""

from __future__ import annotations

from ipaddress import ip_interface
from math import ceil
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.forms import AuthenticationForm

from digest.readers.throttle import client_ip, household
from papers.clock import now
from papers.jobs import locks

LONGEST_NAME = User._meta.get_field("username").max_length or 0


def address(request: HttpRequest) -> str | None:
    """Return the IP address of a sign-in, or None behind a Unix socket.

    For IPv6 it is the address of the network, because one client has 2^64 addresses.
    """
    try:
        return str(ip_interface(household(client_ip(request))).ip)
    except ValueError:  # Behind a Unix socket there is no address.
        return None


def pair(request: HttpRequest, name: str) -> str:
    """Return the name of the lock under which attempts for one account and address take turns."""
    return f"sign in {name} {address(request)}"


class SignInForm(AuthenticationForm):
    """The admin theme's form. It runs attempts for one account and address one after another.

    Each attempt is thus counted before the next one begins.
    """

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        if len(name) > LONGEST_NAME:
            # No account has it, and the record of attempts has no room for it.
            raise self.get_invalid_login_error()
        with locks.one_after_another(pair(self.request, name)):
            return super().clean()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Count the right password like a wrong one if the account may not sign in.

        Otherwise a missing lock would reveal that the password was right.
        """
        try:
            super().confirm_login_allowed(user)
        except ValidationError:
            credentials = {"username": user.get_username()}
            user_login_failed.send(__name__, credentials=credentials, request=self.request)
            raise


# The theme reads its setting for the form before our modules can be loaded, so it is set here.
admin.site.login_form = SignInForm


def locked(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """Respond with the page that says how long the lock lasts, and what to do until then."""
    tries = AccessAttempt.objects.filter(
        username=credentials["username"], ip_address=address(request)
    )
    last = tries.aggregate(last=Max("attempt_time"))["last"] or now()
    seconds = max(1, ceil((last + get_cool_off(request) - now()).total_seconds()))
    context = {"minutes": ceil(seconds / 60)}
    page = render(request, "429.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
