"""Suggested picks: a day's papers in the order in which the editors would pick them, with reasons.

`learning/` is pure. It learns from earlier days, and from nothing that came later.
"""
