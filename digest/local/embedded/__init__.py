"""PostgreSQL and Valkey from Python wheels. The site uses them if no service is configured."""
