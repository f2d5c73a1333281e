"""Who did what: one row for each act, written in the transaction of the act itself.

The history of a row tells what it was; it knows a person only as long as the account exists, and
users, groups and permissions have none. So the acts have a table of their own, which outlives both.
It stores what differed, shortened; the whole stands in the history.
"""

from digest.audit.keeping import forget_old
from digest.audit.recording import acting, record

__all__ = ["acting", "forget_old", "record"]
