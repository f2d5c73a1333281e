"""Settings of the site with addresses that fail (`failing_urls`), for a web process of its own."""

from digest.settings import *  # noqa: F403
from tests import loopback

loopback.refuse_all_else()

ROOT_URLCONF = "tests.digest.failing_urls"
