"""The settings, read from the environment. `docs/commands-and-settings.md` lists them."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.request import validate_host
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from digest.addresses import (
    base_url,
    host_of,
    hosts,
    is_loopback,
    mail_address,
    mail_server,
    origin,
    postgresql,
    redis,
    shown_url,
)
from digest.environment import (
    LEAST_KEY_CHARS,
    LEAST_TOKEN_CHARS,
    Environment,
    boolean,
    days,
    folder,
    generated_secret,
    header_value,
    languages,
    line,
    minutes,
    names,
    one_of,
    optional,
    positive_number,
    seconds,
    secret_key,
    some_days,
    some_seconds,
    time_of_day,
    time_zone,
    token,
    whole_number,
    whole_seconds,
)
from digest.local.embedded import valkey
from papers import languages as table

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# --- Where the site lives ---------------------------------------------------------------------
DATA_DIR = env.read(
    "DATA_DIR", lambda value: folder(value, BASE_DIR), "var", "a folder to write in"
)
DEBUG = env.read("DEBUG", boolean, "off", "on or off")
ALLOWED_HOSTS = env.read(
    "ALLOWED_HOSTS",
    hosts,
    "127.0.0.1,localhost,[::1]",
    "names of hosts such as papers.example,.papers.example, without port, and not all (*)",
)
SITE_URL = env.read(
    "SITE_URL",
    origin,
    "http://127.0.0.1:8000",
    "an http(s) address such as https://papers.example, without a path",
)
_named = validate_host(host_of(SITE_URL), ALLOWED_HOSTS) or is_loopback(host_of(SITE_URL))
if not _named and not all(map(is_loopback, ALLOWED_HOSTS)):  # A proxy may ask for this machine.
    raise ImproperlyConfigured(
        f"SITE_URL={SITE_URL!r}: expected a host that ALLOWED_HOSTS names, else the site refuses"
        " its own links"
    )
PUBLIC = not all(map(is_loopback, [*ALLOWED_HOSTS, host_of(SITE_URL)]))
if PUBLIC and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG='on': expected off on a site beyond this machine (SITE_URL, ALLOWED_HOSTS), whose"
        " visitors would be shown its code"
    )

_OUR_KEY = secret_key if PUBLIC else str
_A_KEY = (
    f"at least {LEAST_KEY_CHARS} characters of your own on a site beyond this machine (SITE_URL,"
    " ALLOWED_HOSTS): python3 -c 'import secrets; print(secrets.token_urlsafe(50))' makes them"
)
SECRET_KEY = env.read("SECRET_KEY", _OUR_KEY, "", _A_KEY, secret=True)
SECRET_KEY = SECRET_KEY or generated_secret(DATA_DIR / "secret-key")
# Former keys sign nothing new. They are still accepted, so that nobody is signed out.
SECRET_KEY_FALLBACKS = env.read(
    "SECRET_KEY_FALLBACKS",
    lambda value: [_OUR_KEY(key) for key in names(value)],
    "",
    f"former keys with commas between them, each {_A_KEY}",
    secret=True,
)

# --- What the site says about itself ----------------------------------------------------------
SITE_TITLE = env.read("SITE_TITLE", line, "Daily Papers", "one line of text")
SITE_DESCRIPTION = env.read(
    "SITE_DESCRIPTION",
    optional(line),
    "매일 아침 읽을 만한 머신러닝 논문을 골라 요약합니다.",
    "one line of text, or none",
)
SITE_AUTHOR = env.read("SITE_AUTHOR", line, "Daily Papers", "one line of text")

KNOWN_LANGUAGES = {row.code: _(row.name) for row in table.rows() if row.has_interface}
LANGUAGES = env.read(
    "LANGUAGES",
    lambda value: languages(value, KNOWN_LANGUAGES),
    ",".join(table.HOUSE),
    f"codes out of {', '.join(KNOWN_LANGUAGES)}",
)
LANGUAGE_CODE = env.read(
    "SITE_LANGUAGE", one_of(*dict(LANGUAGES)), table.HOUSE[0], "one of LANGUAGES"
)
TIME_ZONE = env.read("TIME_ZONE", time_zone, "Asia/Seoul", "a time zone such as Asia/Seoul")
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "digest" / "locale"]
FORMAT_MODULE_PATH = "digest.locale"

# --- Sources ----------------------------------------------------------------------------------
HUGGINGFACE_URL = env.read(
    "HUGGINGFACE_URL", base_url, "https://huggingface.co", "an http(s) address"
)
HF_TOKEN = env.read(
    "HF_TOKEN", header_value, "", "printable ASCII without blanks, as a header has it", secret=True
)
ARXIV_API_URL = env.read(
    "ARXIV_API_URL", base_url, "https://export.arxiv.org/api/query", "an http(s) address"
)
ARXIV_OAI_URL = env.read(
    "ARXIV_OAI_URL", optional(base_url), "https://oaipmh.arxiv.org/oai", "an http(s) address"
)
ARXIV_OAI_AFTER_S = env.read("ARXIV_OAI_AFTER_S", seconds, "240", "seconds")
ARXIV_FEED_URL = env.read(
    "ARXIV_FEED_URL", base_url, "https://rss.arxiv.org/atom", "an http(s) address"
)
ARXIV_URL = env.read("ARXIV_URL", shown_url, "https://arxiv.org", "an http(s) address")
ARXIV_INTERVAL_S = env.read("ARXIV_INTERVAL_S", seconds, "3", "seconds")
ALPHAXIV_URL = env.read("ALPHAXIV_URL", shown_url, "https://www.alphaxiv.org", "an http(s) address")
CONTACT_EMAIL = env.read("CONTACT_EMAIL", optional(mail_address), "", "a mail address in ASCII")
HTTP_DEADLINE_S = env.read("HTTP_DEADLINE_S", some_seconds, "60", "seconds, more than 0")
HTTP_RETRY_WAIT_S = env.read("HTTP_RETRY_WAIT_S", seconds, "1", "seconds")
HTTP_RETRY_WAIT_MAX_S = env.read("HTTP_RETRY_WAIT_MAX_S", seconds, "3600", "seconds")
COMMAND_WAIT_MAX_S = env.read("COMMAND_WAIT_MAX_S", seconds, "1800", "seconds")
HTTP_TURN_WAIT_MAX_S = env.read("HTTP_TURN_WAIT_MAX_S", seconds, "180", "seconds")

# --- The language model that drafts, if there is one ------------------------------------------
MODEL_URL = env.read(
    "MODEL_URL",
    optional(base_url),
    "",
    "the http(s) address of an OpenAI-compatible server, with /v1",
)
MODEL_NAME = env.read("MODEL_NAME", optional(line), "", "one line of text")
if MODEL_URL and not MODEL_NAME:
    raise ImproperlyConfigured("MODEL_NAME: MODEL_URL is set, so say which of its models drafts")
MODEL_API_KEY = env.read(
    "MODEL_API_KEY", header_value, "", "printable ASCII without blanks", secret=True
)
MODEL_DAILY_TOKENS = env.read("MODEL_DAILY_TOKENS", whole_number, "2000000", "a whole number")
MODEL_CONTEXT_TOKENS = env.read("MODEL_CONTEXT_TOKENS", whole_number, "32000", "a whole number")
MODEL_ANSWER_TOKENS = env.read("MODEL_ANSWER_TOKENS", whole_number, "8000", "a whole number")
if MODEL_CONTEXT_TOKENS < MODEL_ANSWER_TOKENS + 3000:
    raise ImproperlyConfigured(
        f"MODEL_CONTEXT_TOKENS={MODEL_CONTEXT_TOKENS}: expected at least 3000 more than"
        f" MODEL_ANSWER_TOKENS ({MODEL_ANSWER_TOKENS}), for the paper"
    )
MODEL_DEADLINE_S = env.read("MODEL_DEADLINE_S", some_seconds, "300", "seconds, more than 0")

# --- Jobs -------------------------------------------------------------------------------------
AUTO_DRAFT = env.read(
    "AUTO_DRAFT", one_of("picked", "all", "never"), "picked", "picked, all or never"
)
FULL_TEXTS = env.read("FULL_TEXTS", one_of("picked", "never"), "picked", "picked or never")
POLL_PAUSE = env.read("POLL_MINUTES", minutes, "30", "minutes")  # 0: no day is polled.
CATCH_UP_DAYS = env.read("CATCH_UP_DAYS", days, "14", "a whole number of days, at most 3653")
CATCH_UP_WAIT_S = env.read("CATCH_UP_WAIT_S", seconds, "5", "seconds")
RECHECK_AT = env.read("RECHECK_AT", time_of_day, "02:00", "a time (UTC) such as 02:00, or never")
SWEEP_WAIT_S = env.read("SWEEP_WAIT_S", whole_seconds, "60", "whole seconds, at least 1")
JOB_HANDED_WAIT_S = env.read("JOB_HANDED_WAIT_S", seconds, "60", "seconds")
JOB_RETRY_WAIT_S = env.read("JOB_RETRY_WAIT_S", seconds, "60", "seconds")

# --- Publishing -------------------------------------------------------------------------------
FEED_DELAY = env.read("FEED_DELAY_MINUTES", minutes, "10", "minutes")
PREVIEW_LIFE = env.read("PREVIEW_DAYS", some_days, "7", "a whole number of days, from 1 to 366")
FOUR_EYES = env.read("FOUR_EYES", boolean, "off", "on or off")

# --- Backups ----------------------------------------------------------------------------------
BACKUP_DIR = env.read(
    "BACKUP_DIR",
    lambda value: folder(value, BASE_DIR) if value else None,
    "",
    "a folder to write in, or none",
)
BACKUP_KEEP_DAYS = env.read("BACKUP_KEEP_DAYS", days, "14", "a whole number of days, at most 3653")

# --- Stored pages -----------------------------------------------------------------------------
PAGE_MEMORY_MB = env.read("PAGE_MEMORY_MB", whole_number, "32", "a whole number")
STORED_PAGES_MB = env.read("STORED_PAGES_MB", whole_number, "1024", "a whole number")
RENDER_THREADS = env.read("RENDER_THREADS", positive_number, "2", "a whole number, at least 1")

# --- Services ---------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", "").strip()
if PUBLIC and not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL: a site beyond this machine needs its own PostgreSQL")
DATABASES = {
    "default": (
        env.read("DATABASE_URL", postgresql, "", "postgresql://USER:PASSWORD@HOST/NAME")
        if DATABASE_URL
        # The first connection starts or joins it.
        else {"ENGINE": "digest.local.db", "NAME": "postgres", "DATA_DIR": str(DATA_DIR)}
    )
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.read("REDIS_URL", optional(redis), "", "redis://:PASSWORD@HOST:PORT/NUMBER")
_embedded_broker, _embedded_cache = valkey.socket_urls(DATA_DIR)
_cache_options: dict[str, Any] = {
    # Seconds. They are short, so that no page waits for a cache that is down.
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    # A connection that a restarted server has dropped is made again. One that hangs is not.
    "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
}
CELERY_BROKER_URL = REDIS_URL or _embedded_broker
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # A worker never gives up on a queue that is down.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 3600,  # Seconds, longer than any task. A second delivery is harmless.
    "socket_connect_timeout": 5,
    "socket_timeout": 3,  # Else a queue that hangs would block a page for ever.
    "socket_keepalive": True,
}
if not REDIS_URL:  # The first connection starts or joins it.
    _cache_options |= {"pool_class": "digest.local.queue.Pool", "data_dir": str(DATA_DIR)}
    CELERY_BROKER_TRANSPORT = "digest.local.queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS["data_dir"] = str(DATA_DIR)
CACHES = {
    # The admin's theme would cache an editor's search results for five minutes, and respond with
    # 500 while Redis is down.
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "counters": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or _embedded_cache,
        "OPTIONS": _cache_options,
    },
}
# A queue that is full, answers errors or holds garbage is waited for like one that is down. Else
# the worker ends.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_CONSUMER = "digest.consumer:Consumer"
# A page that adds a job does not wait for a queue that is down. The sweep enqueues the job later.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = False  # Only the sweep counts and retries an attempt that died.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Else a worker with an unread message exits when its queue goes down (kombu 5.7, restore_unacked).
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_SOFT_TIME_LIMIT = 540  # Seconds.
CELERY_TASK_TIME_LIMIT = 600  # Seconds.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_RESULT_EXPIRES = None  # No result is stored, so there is nothing to clean up.
# Beat makes the schedules from this file when it starts. The admin shows and disables them.
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
_A_TICK = {"expire_seconds": 60}  # A worker that was down needs one run, not all that it missed.
CELERY_BEAT_SCHEDULE = {
    "publish scheduled posts": {"task": "digest.tasks.publish_due", "schedule": 60},
    "hand out jobs": {
        "task": "papers.tasks.sweep",
        "schedule": SWEEP_WAIT_S,
        "options": _A_TICK,
    },
    "hear from the workers": {
        "task": "digest.tasks.note_heartbeat",
        "schedule": 60,
        "args": ["celery"],
        "options": _A_TICK,
    },
    "hear from the workers that ask arXiv": {
        "task": "digest.tasks.note_heartbeat",
        "schedule": 60,
        "args": ["arxiv"],
        "options": _A_TICK | {"queue": "arxiv"},
    },
    "look for troubles": {
        "task": "digest.tasks.look_for_troubles",
        "schedule": 60,
        "options": _A_TICK,
    },
    "ask for open days": {
        "task": "papers.tasks.poll_day",
        "schedule": POLL_PAUSE or timedelta(days=1),
        "options": _A_TICK,
    },
    "mail what went wrong": {
        "task": "digest.tasks.watch",
        "schedule": POLL_PAUSE or timedelta(days=1),
        "options": _A_TICK,
    },
    "ask again about published papers": {
        "task": "papers.tasks.recheck_published",
        "schedule": crontab(hour=RECHECK_AT.hour, minute=RECHECK_AT.minute)
        if RECHECK_AT
        else timedelta(days=1),
        "options": _A_TICK,
    },
    "compare the month's list": {
        "task": "papers.tasks.cross_check_month",
        "schedule": crontab(hour=RECHECK_AT.hour, minute=RECHECK_AT.minute)
        if RECHECK_AT
        else timedelta(days=1),
        "options": _A_TICK,
    },
    "index what readers see anew": {
        "task": "digest.tasks.refresh_search",
        "schedule": 60,
        "options": _A_TICK,
    },
    "suggest papers": {
        "task": "digest.tasks.suggest",
        "schedule": 60,
        "options": _A_TICK,
    },
    "delete old pages": {
        "task": "digest.tasks.tidy_pages",
        "schedule": timedelta(minutes=10),
        "options": _A_TICK,
    },
    "forget unsaved texts": {
        "task": "papers.tasks.forget_unsaved_texts",
        "schedule": timedelta(days=1),
        "options": _A_TICK,
    },
    "empty the trash": {
        "task": "digest.tasks.empty_trash",
        "schedule": timedelta(days=1),
        "options": _A_TICK,
    },
    "forget old sign-ins": {
        "task": "digest.tasks.forget_sign_ins",
        "schedule": timedelta(days=1),
        "options": _A_TICK,
    },
    "forget old audit records": {
        "task": "digest.tasks.forget_audit",
        "schedule": timedelta(days=1),
        "options": _A_TICK,
    },
    "back the site up": {
        "task": "digest.tasks.back_up",
        "schedule": crontab(hour=3, minute=30),
        "options": _A_TICK,
    },
    "forget what got old": {
        "task": "digest.tasks.forget_old",
        "schedule": timedelta(days=1),
        "options": _A_TICK,
    },
}

# --- Health -----------------------------------------------------------------------------------
METRICS_TOKEN = env.read(
    "METRICS_TOKEN",
    token,
    "",
    f"at least {LEAST_TOKEN_CHARS} characters of printable ASCII without blanks",
    secret=True,
)
DISK_FREE_MB = env.read("DISK_FREE_MB", whole_number, "1024", "a whole number")
DISK_DIR = env.read(
    "DISK_DIR",
    lambda value: Path(value).resolve(strict=True) if value else DATA_DIR,
    "",
    "a folder that is there",
)
OPERATORS = env.read(
    "OPERATORS",
    lambda value: [mail_address(each) for each in names(value)],
    "",
    "mail addresses in ASCII with commas between them",
)

# --- Logs -------------------------------------------------------------------------------------
LOG_FORMAT = env.read("LOG_FORMAT", one_of("text", "json"), "text", "text or json")
# It is a file, because granian's main process does not load Django and reads it (--log-config).
LOGGING = json.loads((BASE_DIR / "digest" / "logging.json").read_text())

# --- Mail -------------------------------------------------------------------------------------
EMAIL_URL = os.environ.get("EMAIL_URL", "").strip()
globals().update(env.read("EMAIL_URL", mail_server, "", "smtp://USER:PASSWORD@HOST:PORT"))
EMAIL_TIMEOUT = 30  # Seconds.
DEFAULT_FROM_EMAIL = CONTACT_EMAIL or f"digest@{host_of(SITE_URL)}"

# --- Django -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.simple_history",
    "unfold_markdown",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.redirects",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_celery_beat",
    "simple_history",
    "taggit",
    "papers",
    "digest",
]
MIDDLEWARE = [
    "digest.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "digest.middleware.admin_content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "digest.middleware.LanguageOfTheAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "digest.admin.language.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "digest.middleware.OldAddresses",
    "axes.middleware.AxesMiddleware",  # It acts only on a refused sign-in.
]
ROOT_URLCONF = "digest.urls"
WSGI_APPLICATION = "digest.wsgi.application"
SITE_ID = 1
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "digest.readers.unindented.Loader",
                        "digest.readers.unindented.AppLoader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "digest.readers.context.site",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# On loopback, files are served from their folders. A public site collects, hashes and compresses.
STATIC_DIR = env.read("STATIC_DIR", optional(line), "", "a folder")
STATIC_ROOT = BASE_DIR / (STATIC_DIR or DATA_DIR / "static") if PUBLIC else None
WHITENOISE_USE_FINDERS = not PUBLIC
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "digest.static_files.StaticFiles"
        if PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
TAGGIT_CASE_INSENSITIVE = True


def _static_file(path: str) -> Callable[[HttpRequest], str]:
    """Return a function that the theme asks for the address of one of its files."""
    return lambda request: static(path)


UNFOLD = {
    "SITE_TITLE": lambda request: SITE_TITLE,
    "SITE_HEADER": lambda request: SITE_TITLE,
    "SITE_SUBHEADER": VERSION,  # For who is signed in: others need not know what could be old.
    "SITE_SYMBOL": "newspaper",
    "SITE_URL": "/",
    "SHOW_LANGUAGES": len(LANGUAGES) > 1,
    "LANGUAGES": {"action": reverse_lazy("admin:language")},
    "STYLES": [
        _static_file(f"admin/{name}.css")
        for name in (
            "editor",
            "unsaved",
            "way",
            "findings",
            "search",
            "history",
            "choosing",
            "desk",
            "accounts",
            "preview_links",
        )
    ],
    "SCRIPTS": [
        _static_file(f"admin/{name}.js")
        for name in (
            "preview",
            "findings",
            "line_length",
            "sections",
            "live",
            "rows",
            "keys",
            "unsaved",
            "saving",
            "search",
            "tags",
            "choosing",
            "choosing_keys",
            "choosing_view",
            "paste",
            "preview_links",
            "once",
        )
    ],
    "ACCOUNT": {"navigation": "digest.admin.navigation.account"},
    "DASHBOARD_CALLBACK": "digest.admin.desk.page.desk",
    "COMMAND": {"search_callback": "digest.admin.search.found"},
    "SIDEBAR": {"navigation": "digest.admin.navigation.navigation"},
}
SIMPLE_HISTORY_REVERT_DISABLED = False
# A far too long text fits, so that its field shows the error and nothing is lost.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- Safety -----------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = False  # The proxy in front redirects. Health checks inside use http.
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS of subdomains: other sites may be there, without https.
    "security.W008",  # A redirect to https: the proxy does it, see above.
    "security.W009",  # A short SECRET_KEY: the parser refuses one that can be guessed.
    "security.W021",  # HSTS preloading: the list is hard to leave, so it is the owner's choice.
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
TRUSTED_PROXIES = env.read("TRUSTED_PROXIES", whole_number, "0", "a whole number of proxies")
# Wrong passwords lock an account for their IP address until the last one is AXES_COOLOFF_TIME ago.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # So that nobody is locked out for ever.
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_CLIENT_IP_CALLABLE = "digest.admin.sign_in.address"
AXES_LOCKOUT_CALLABLE = "digest.admin.sign_in.locked"
AXES_ENABLE_ADMIN = False  # The site has its own pages for them, in the look of the others.
AXES_VERBOSE = False
SIGN_IN_LOG_DAYS = 90
AUDIT_DAYS = 730  # Acts at the door are kept for SIGN_IN_LOG_DAYS.
TWO_FACTOR = env.read(
    "TWO_FACTOR", one_of("optional", "required"), "optional", "optional or required"
)
OTP_TOTP_ISSUER = SITE_TITLE
PASSWORD_RESET_TIMEOUT = 3600  # Seconds that the link in a mail is good for.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
