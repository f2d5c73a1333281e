"""The WSGI application that a web server loads: stored pages, and Django behind them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")

django = get_wsgi_application()

from django.conf import settings  # noqa: E402  # The settings are read with the site's own name.

from digest import upgrading  # noqa: E402  # Django's parts are there now.
from digest.health.requests import Counted  # noqa: E402
from digest.health.web_figures import Storing  # noqa: E402
from digest.readers.pages.front import Front  # noqa: E402
from digest.readers.views.errors import busy  # noqa: E402

upgrading.start()
application = Counted(django if settings.DEBUG else Front(django, busy), Storing().begin)
