"""Addresses of the editors' pages that belong to no single model."""

from django.contrib import admin
from django.urls import path

from papers.admin import base, pasting, unsaved

EXTRA_URLS = [
    path("render/", admin.site.admin_view(base.render_markdown), name="render"),
    path("paste/", admin.site.admin_view(pasting.paste), name="paste"),
    path("unsaved/", admin.site.admin_view(unsaved.texts), name="unsaved"),
    path("unsaved/offer/", admin.site.admin_view(unsaved.offer), name="unsaved_offer"),
    path("signed-in/", admin.site.admin_view(unsaved.signed_in), name="signed_in"),
    path(
        "r/<content_type_id>/<path:object_id>/",
        admin.site.admin_view(base.view_on_site),
        name="view_on_site",
    ),
]
# The admin theme asks its site for more addresses under this name; they come before Django's.
admin.site.extra_urls = lambda: EXTRA_URLS  # type: ignore[attr-defined]
