"""Reads each paper of a page: its title, facts, note and sections, and where it ends."""
