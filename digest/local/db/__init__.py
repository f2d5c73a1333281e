"""Django's PostgreSQL backend for the embedded server.

It needs `ENGINE = "digest.local.db"` and a DATA_DIR.
"""
