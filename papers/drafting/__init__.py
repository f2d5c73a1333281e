"""A paper's text in, its sections out; no ORM."""
