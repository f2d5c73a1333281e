"""Jekyll files in and out: a file's text <-> a post's fields, without the ORM and the settings."""
