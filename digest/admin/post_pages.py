"""The pages about one post in the admin's frame, and the way back to the post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from digest.models import Post


def page(
    request: HttpRequest, model_admin: Any, post: Post, name: str, context: dict[str, Any]
) -> HttpResponse:
    """Return the page of the template `name`."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
    return TemplateResponse(
        request, f"admin/digest/post/{name}.html", {**frame, "post": post, **context}
    )


def to_post(post: Post) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))
