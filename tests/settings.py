"""The site's own settings, with its services in a folder of the tests' own."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DATA_DIR", str(ROOT / "var" / "test"))
os.environ.setdefault("HTTP_RETRY_WAIT_S", "0.01")

from digest.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
