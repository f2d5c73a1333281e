"""The editors' first page: what waits, and for whom."""

from digest.admin.desk import views

__all__ = ["views"]
