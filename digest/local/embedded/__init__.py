"""PostgreSQL and Valkey from Python wheels: what the site uses when no service is configured."""
