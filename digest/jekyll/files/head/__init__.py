"""Reads and writes what a file says above its text: name, front matter, dates, visibility."""
