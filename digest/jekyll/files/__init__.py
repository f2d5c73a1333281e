"""The files of a Jekyll blog, read and written; no rows."""
