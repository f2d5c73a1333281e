"""The account of each day, and the mails about days that went wrong."""

from digest.ledger.accounts import Day, Readings, State, days, known, spans

__all__ = ["Day", "Readings", "State", "days", "known", "spans"]
