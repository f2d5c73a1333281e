"""Requests to the editors' pages."""

from django.contrib.auth.models import User
from django.http import HttpRequest


class StaffRequest(HttpRequest):
    """A request that the admin site has let in."""

    user: User
