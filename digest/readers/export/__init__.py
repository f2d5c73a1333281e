"""The whole public site as files, for any static host: `manage.py export_site`.

`addresses` says which pages there are, `old` which addresses lead elsewhere, `site` has the bytes
of pages, `folder` writes, and `links` finds what leads nowhere. `docs/operations.md` explains it to
whoever hosts the files.
"""

from digest.readers.export.exporting import Outcome, export
from digest.readers.export.refused import ExportRefused

__all__ = ["ExportRefused", "Outcome", "export"]
