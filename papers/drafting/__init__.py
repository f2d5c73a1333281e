"""Turns a paper's text into its sections. No ORM."""
