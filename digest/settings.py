"""Settings: one file, read from the environment (README, "Settings", lists the names)."""

import re
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from digest.environment import (
    Environment,
    base_url,
    boolean,
    folder,
    generated_secret,
    host_of,
    is_loopback,
    languages,
    mail_server,
    minutes,
    names,
    one_of,
    postgresql,
    seconds,
    time_of_day,
    time_zone,
    whole_number,
    whole_seconds,
)
from digest.local.embedded import valkey
from papers import languages as table

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# --- Where the site lives ---------------------------------------------------------------------
DATA_DIR = env.read(
    "DATA_DIR", lambda value: folder(value, BASE_DIR), "var", "a folder to write in"
)
DEBUG = env.read("DEBUG", boolean, "off", "on or off")
ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", names, "127.0.0.1,localhost,[::1]", "host names")
SITE_URL = env.read("SITE_URL", base_url, "http://127.0.0.1:8000", "an http(s) address")
PUBLIC = not all(map(is_loopback, [*ALLOWED_HOSTS, host_of(SITE_URL)]))

SECRET_KEY = env.text("SECRET_KEY")
if PUBLIC and not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY: a site beyond this machine (SITE_URL, ALLOWED_HOSTS) needs one of its own"
    )
SECRET_KEY = SECRET_KEY or generated_secret(DATA_DIR / "secret-key")

# --- What the site says of itself -------------------------------------------------------------
SITE_TITLE = env.text("SITE_TITLE", "Daily Papers")
SITE_DESCRIPTION = env.text(
    "SITE_DESCRIPTION", "매일 아침 읽을 만한 머신러닝 논문을 골라 요약합니다."
)
SITE_AUTHOR = env.text("SITE_AUTHOR", "Daily Papers")

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

# --- Sources ----------------------------------------------------------------------------------
HUGGINGFACE_URL = env.read(
    "HUGGINGFACE_URL", base_url, "https://huggingface.co", "an http(s) address"
)
HF_TOKEN = env.text("HF_TOKEN")
ARXIV_API_URL = env.read(
    "ARXIV_API_URL", base_url, "https://export.arxiv.org/api/query", "an http(s) address"
)
ARXIV_URL = env.read("ARXIV_URL", base_url, "https://arxiv.org", "an http(s) address")
ARXIV_INTERVAL_S = env.read("ARXIV_INTERVAL_S", seconds, "3", "seconds")
ALPHAXIV_URL = env.read("ALPHAXIV_URL", base_url, "https://www.alphaxiv.org", "an http(s) address")
CONTACT_EMAIL = env.text("CONTACT_EMAIL")
HTTP_DEADLINE_S = env.read("HTTP_DEADLINE_S", seconds, "60", "seconds")
HTTP_RETRY_WAIT_S = env.read("HTTP_RETRY_WAIT_S", seconds, "1", "seconds")
HTTP_RETRY_WAIT_MAX_S = env.read("HTTP_RETRY_WAIT_MAX_S", seconds, "3600", "seconds")
HTTP_TURN_WAIT_MAX_S = env.read("HTTP_TURN_WAIT_MAX_S", seconds, "180", "seconds")

# --- The language model that drafts, if there is one ------------------------------------------
MODEL_URL = env.read(
    "MODEL_URL",
    lambda value: base_url(value) if value else "",
    "",
    "the http(s) address of an OpenAI-compatible server, with /v1",
)
MODEL_NAME = env.text("MODEL_NAME")
if MODEL_URL and not MODEL_NAME:
    raise ImproperlyConfigured("MODEL_NAME: MODEL_URL is set, so say which of its models drafts")
MODEL_API_KEY = env.text("MODEL_API_KEY")
if not re.fullmatch("[!-~]*", MODEL_API_KEY):
    raise ImproperlyConfigured("MODEL_API_KEY: expected printable ASCII without blanks")
MODEL_DAILY_TOKENS = env.read("MODEL_DAILY_TOKENS", whole_number, "2000000", "a whole number")
MODEL_CONTEXT_TOKENS = env.read("MODEL_CONTEXT_TOKENS", whole_number, "32000", "a whole number")
MODEL_ANSWER_TOKENS = env.read("MODEL_ANSWER_TOKENS", whole_number, "8000", "a whole number")
if MODEL_CONTEXT_TOKENS < MODEL_ANSWER_TOKENS + 3000:
    raise ImproperlyConfigured(
        f"MODEL_CONTEXT_TOKENS={MODEL_CONTEXT_TOKENS}: expected at least 3000 more than"
        f" MODEL_ANSWER_TOKENS ({MODEL_ANSWER_TOKENS}), for the paper"
    )
MODEL_DEADLINE_S = env.read("MODEL_DEADLINE_S", seconds, "300", "seconds")

# --- Jobs -------------------------------------------------------------------------------------
AUTO_DRAFT = env.read(
    "AUTO_DRAFT", one_of("picked", "all", "never"), "picked", "picked, all or never"
)
FULL_TEXTS = env.read("FULL_TEXTS", one_of("picked", "never"), "picked", "picked or never")
POLL_PAUSE = env.read("POLL_MINUTES", minutes, "30", "minutes")  # 0: no day is asked for by itself.
CATCH_UP_DAYS = env.read("CATCH_UP_DAYS", whole_number, "14", "a whole number of days")
CATCH_UP_WAIT_S = env.read("CATCH_UP_WAIT_S", seconds, "5", "seconds")
RECHECK_AT = env.read("RECHECK_AT", time_of_day, "02:00", "a time (UTC) such as 02:00, or never")
SWEEP_WAIT_S = env.read("SWEEP_WAIT_S", whole_seconds, "60", "whole seconds, at least 1")
JOB_HANDED_WAIT_S = env.read("JOB_HANDED_WAIT_S", seconds, "60", "seconds")
JOB_RETRY_WAIT_S = env.read("JOB_RETRY_WAIT_S", seconds, "60", "seconds")

# --- Publishing -------------------------------------------------------------------------------
FEED_DELAY = env.read("FEED_DELAY_MINUTES", minutes, "10", "minutes")

# --- Services ---------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
if PUBLIC and not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL: a site beyond this machine needs its own PostgreSQL")
DATABASES = {
    "default": (
        env.read("DATABASE_URL", postgresql, "", "postgresql://USER:PASSWORD@HOST/NAME")
        if DATABASE_URL
        # Started, or joined, by the first connection.
        else {"ENGINE": "digest.local.db", "NAME": "postgres", "DATA_DIR": str(DATA_DIR)}
    )
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
_embedded_broker, _embedded_cache = valkey.socket_urls(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or _embedded_cache,
        # Seconds: no page waits for a cache that is away.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL or _embedded_broker
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # A worker outlasts any absence of its queue.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # seconds; longer than any task, and a second delivery does no harm
    "socket_connect_timeout": 5,
    "socket_timeout": 3,  # A queue that hangs does not hold a page for ever.
    "socket_keepalive": True,
}
# A page that adds a job does not wait for a queue that is down: the sweep hands it out later.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = False  # What died is counted and tried again by the sweep alone.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker that holds an unread message when its queue goes away ends (kombu 5.7, restore_unacked).
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_SOFT_TIME_LIMIT = 540  # seconds
CELERY_TASK_TIME_LIMIT = 600  # seconds
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_RESULT_EXPIRES = None  # No result is kept, so nothing needs to be cleaned up.
# The schedules are made from here when beat starts; the admin shows them, and switches them off.
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
_A_TICK = {"expire_seconds": 60}  # A worker that was away needs one, not all it missed.
CELERY_BEAT_SCHEDULE = {
    "publish scheduled posts": {"task": "digest.tasks.publish_due", "schedule": 60},
    "hand out jobs": {
        "task": "papers.tasks.sweep",
        "schedule": SWEEP_WAIT_S,
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
}

# --- Mail -------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL")
globals().update(env.read("EMAIL_URL", mail_server, "", "smtp://USER:PASSWORD@HOST:PORT"))
EMAIL_TIMEOUT = 30  # seconds
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
    "csp",
    "django_celery_beat",
    "simple_history",
    "taggit",
    "papers",
    "digest",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "digest.middleware.admin_content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "digest.middleware.LanguageOfTheAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "digest.middleware.OldAddresses",
]
ROOT_URLCONF = "digest.urls"
WSGI_APPLICATION = "digest.wsgi.application"
SITE_ID = 1
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
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
# On loopback files come from where they lie; a public site collects, hashes and compresses them.
STATIC_ROOT = DATA_DIR / "static" if PUBLIC else None
WHITENOISE_USE_FINDERS = not PUBLIC
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
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
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
TAGGIT_CASE_INSENSITIVE = True
UNFOLD = {
    "SITE_TITLE": lambda request: SITE_TITLE,
    "SITE_HEADER": lambda request: SITE_TITLE,
    "SITE_SYMBOL": "newspaper",
    "SITE_URL": "/",
    "STYLES": [lambda request: static("admin/editor.css")],
    "SCRIPTS": [lambda request: static("admin/editor.js")],
    "DASHBOARD_CALLBACK": "digest.admin.overview.overview",
    "COMMAND": {"search_models": ["papers.paper", "digest.post"]},
    "SIDEBAR": {"command_search": True, "navigation": "digest.admin.navigation.navigation"},
}
SIMPLE_HISTORY_REVERT_DISABLED = False
# Room for a text far too long, so that it is an error at its field with nothing lost.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- Safety -----------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = False  # The proxy in front redirects; health checks inside stay on http.
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
TRUSTED_PROXIES = env.read("TRUSTED_PROXIES", whole_number, "0", "a whole number of proxies")
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
