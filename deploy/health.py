"""Exits 0 if the web process of this machine answers, else 1: `python deploy/health.py [PATH]`.

It asks by the site's own name, since the site refuses every other. It imports nothing of the site:
it runs every few seconds.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def status(path: str) -> int:
    port = int(os.environ.get("PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc})
    return connection.getresponse().status


if __name__ == "__main__":
    try:
        found = status(*sys.argv[1:] or ["/healthz"])
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"no answer: {error}")
    sys.exit(None if found == 200 else f"answered {found}")
