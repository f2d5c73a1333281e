"""`python -m digest.demo`: the whole site on this machine, with sample digests."""
