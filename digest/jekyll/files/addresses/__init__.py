"""Computes the old addresses of a post, which lead to its new one."""
