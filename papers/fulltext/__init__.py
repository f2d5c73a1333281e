"""The full text of a paper: arXiv's HTML or PDF in, plain text with section names out.

No ORM, no network. Whoever holds a file from outside calls `sandbox.parse`, which reads it in a
child process; that child imports from here, so nothing here imports Django.
"""
