"""Finds the lines of a page that begin papers, and what their words mean."""
