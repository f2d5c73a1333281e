"""The settings of a public site, made from an environment, for tests in this process."""

import runpy
from typing import Any

HOST = "papers.example"
ENVIRONMENT = {
    "SITE_URL": f"https://{HOST}",
    "ALLOWED_HOSTS": HOST,
    "SECRET_KEY": "0123456789abcdef" * 4,
    "DATABASE_URL": "postgresql://papers@127.0.0.1/papers",
    "DEBUG": "off",
}
# Not changed: the tests' own services, and settings that Django built something from at its start.
KEPT = {"DATABASES", "DATABASE_URL", "CACHES", "UNFOLD", "LOGIN_URL", "LOGIN_REDIRECT_URL"}


def apply(settings: Any, monkeypatch: Any) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made = runpy.run_path(str(settings.BASE_DIR / "digest" / "settings.py"))
    for name, value in made.items():
        kept = name in KEPT or name.startswith(("CELERY_", "_")) or not name.isupper()
        if not kept and getattr(settings, name) != value:
            setattr(settings, name, value)
