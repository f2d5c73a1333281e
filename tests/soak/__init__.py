"""A long run of a whole site under load and faults. `make soak` runs it; no test does."""
