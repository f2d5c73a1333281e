"""The site's own settings, with services in a folder of the tests' own, and nobody else to ask."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
folder = Path(os.environ.setdefault("DATA_DIR", str(ROOT / "var" / "test")))
# Each worker has services of its own. A process that a test starts is no worker: it has a folder.
os.environ["DATA_DIR"] = str(folder / os.environ.pop("PYTEST_XDIST_WORKER", ""))
os.environ.setdefault("HTTP_RETRY_WAIT_S", "0.01")
os.environ.setdefault("ARXIV_OAI_URL", "")  # A test that plays it sets it.

from digest.settings import *  # noqa: E402, F403
from tests import loopback  # noqa: E402

loopback.refuse_all_else()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Else each test client reads the folders of static files anew, a tenth of the whole time.
WHITENOISE_AUTOREFRESH = True

if not REDIS_URL:  # noqa: F405  # The tests' queue is there while a test has it there.
    CELERY_BROKER_URL = f"redis+{CELERY_BROKER_URL}"  # noqa: F405
    for name in ("pool_class", "data_dir"):
        del CACHES["counters"]["OPTIONS"][name]  # noqa: F405
