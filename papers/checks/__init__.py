"""What can be said against a summary by reading it: text in, findings out; no ORM, no network.

Each check is a module with a `CHECK`, and stands in `papers.checks.registry`.
"""
