"""`python -m digest.local.demo` runs the whole site on this machine, with sample digests."""
