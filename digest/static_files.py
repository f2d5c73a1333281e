"""How a public site names its static files."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Files under names with their hash, in which our modules import each other by such names too.

    Without that a browser could join an old module to a new one after an upgrade. Django offers it
    for all scripts; other packages' scripts have lines that only look like an import.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "marks/*.js",
            (
                (
                    r"""(?P<matched>from "(?P<url>\./[a-z]+\.js)";)""",
                    """from "%(url)s";""",
                ),
            ),
        ),
    )
