#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

import atexit
import os
import sys

from digest.local.embedded.service import tell_what_goes_on
from digest.management.running import run

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
    atexit.register(tell_what_goes_on)
    sys.exit(run(sys.argv))
