"""Reads and writes the files of a Jekyll blog, without the ORM and the settings."""
