"""`python -m digest.local.demo`: the whole site on this machine, with sample digests."""
