"""The URLs of the site, plus some that fail and reveal the secrets of a request."""

import logging
import os

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from digest.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]

logger = logging.getLogger("tests.failing")
PLANTED_IN = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "MODEL_API_KEY",
    "HF_TOKEN",
    "METRICS_TOKEN",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "MODEL_URL",
)


def everything(request: HttpRequest) -> str:
    return "\n".join(
        map(
            str,
            [
                {name: os.environ[name] for name in PLANTED_IN},
                *(os.environ[name] for name in PLANTED_IN),
                settings.DATABASES,
                settings.EMAIL_HOST_PASSWORD,
                request,
                request.POST,
                request.POST.get("password"),
                request.META,
                request.headers,
                request.COOKIES,
                request.session.session_key,
                request.user,
            ],
        )
    )


def fail(request: HttpRequest) -> HttpResponse:
    told = everything(request)
    logger.warning("before: %s", told)
    raise ValueError(told)


def chained(request: HttpRequest) -> HttpResponse:
    try:
        fail(request)
    except ValueError as error:
        raise RuntimeError("and then") from error
    raise AssertionError


def agent(request: HttpRequest) -> HttpResponse:
    logger.warning("asked by %s", request.headers["User-Agent"])
    raise ValueError(request.headers["User-Agent"])


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns += [
    path("fail/", fail),
    path("fail-in-a-chain/", chained),
    re_path(r"^fail-by-agent/[\s\S]*$", agent),
    path("forbidden/", forbidden),
]
