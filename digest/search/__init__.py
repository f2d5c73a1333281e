"""Finding papers and posts by what readers see of them, in PostgreSQL alone."""
