"""The site's data as one file, and back: backups, and restores beside the site that runs.

`making` writes a file and `files` knows its form. `loading` loads one beside the site, `switching`
puts it in its place in one transaction, and keeps the former site until it is told to forget it.
"""

from digest.backups.refusals import BackupRefused

__all__ = ["BackupRefused"]
