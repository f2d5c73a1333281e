"""What is said when a backup or a restore does not go on."""


class BackupRefused(Exception):
    """A backup or a restore was refused, or failed: why, and what to do. Nothing was changed."""
