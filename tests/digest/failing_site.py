"""Settings of a site with URLs that fail (`failing_urls`), for a separate web process."""

from digest.settings import *  # noqa: F403
from tests import loopback

loopback.refuse_all_else()

ROOT_URLCONF = "tests.digest.failing_urls"
