"""End the services that commands and tests left running.

`python -m digest.local.demo.stop [FOLDER …]`.

Those of DATA_DIR and of each FOLDER; those of a demo that runs are its own to end.
"""

import sys
from pathlib import Path

from django.conf import settings

from digest.local.demo.launcher import LOCK, say
from digest.local.embedded import postgres, valkey
from digest.local.embedded.service import ServiceError, is_running

SERVICES = {"PostgreSQL": postgres, "Valkey": valkey}


class DemoRuns(Exception):
    """Its services are in use; the message says where it is."""


def stop(folder: Path) -> list[str]:
    """The services of `folder` that ran, and have ended."""
    if is_running(folder / LOCK):
        address = (folder / LOCK).read_text()
        raise DemoRuns(f"The demo of {folder} runs, at {address}: Ctrl-C stops it.")
    return [name for name, service in SERVICES.items() if service.stop(folder)]


def main(folders: list[Path]) -> int:
    """Say what was ended; 1 where something goes on running."""
    troubles, ended = [], []
    for folder in folders:
        try:
            ended += [f"{name} of {folder} has ended.\n" for name in stop(folder)]
        except (DemoRuns, ServiceError) as error:
            troubles.append(f"{error}\n")
    say("".join(ended) if ended or troubles else "Nothing was left running.\n")
    sys.stderr.writelines(troubles)
    return bool(troubles)


if __name__ == "__main__":
    named = [Path(name).resolve() for name in sys.argv[1:]]
    sys.exit(main(list(dict.fromkeys([settings.DATA_DIR, *named]))))
