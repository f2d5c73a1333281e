"""Django's PostgreSQL backend over the embedded server.

`ENGINE = "digest.local.db"`, and a DATA_DIR.
"""
