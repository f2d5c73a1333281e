"""Checks that read a summary and return findings. They take text: no ORM, no network.

Each check is a module with a `CHECK`, and is listed in `papers.checks.registry`.
"""
