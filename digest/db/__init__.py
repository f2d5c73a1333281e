"""Django's PostgreSQL backend over the embedded server: `ENGINE = "digest.db"` and a DATA_DIR."""
