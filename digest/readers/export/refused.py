"""Why there is no export at all."""


class ExportRefused(Exception):
    """Nothing can be exported so. The message says why, and what to do."""
