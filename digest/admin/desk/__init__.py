"""The editors' first page: what waits, and for whom."""
