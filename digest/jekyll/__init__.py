"""Imports posts from Jekyll files, and exports them to such files."""
