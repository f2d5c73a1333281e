"""Records the checks' results for their benchmarks, where their versions allow it."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers.checks import registry
from tests.papers.checks.benchmark import record

refused = [line for check in registry.CHECKS for line in record(check)]
print(*(refused or [f"{len(registry.CHECKS)} checks recorded."]), sep="\n")
sys.exit(bool(refused))
