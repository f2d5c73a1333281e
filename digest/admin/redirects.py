"""Addresses that lead on, in the look of the other admin pages and as many a page."""

from django.contrib import admin
from django.contrib.redirects.admin import RedirectAdmin as BaseRedirectAdmin
from django.contrib.redirects.models import Redirect

from papers.admin.base import SearchedAdmin

admin.site.unregister(Redirect)


@admin.register(Redirect)
class RedirectAdmin(BaseRedirectAdmin, SearchedAdmin):
    pass
