"""The account of each day, and the mails about days that went wrong."""

from digest.ledger.accounts import Count, Day, Readings, State, counts, days, known, spans

__all__ = ["Count", "Day", "Readings", "State", "counts", "days", "known", "spans"]
