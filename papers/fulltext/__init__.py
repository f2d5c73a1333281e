"""Turns a paper's HTML, PDF or Markdown into plain text with section names. No ORM, no network.

Code that has a file from outside calls `sandbox.parse`, which reads it in a child process. The
child imports from this package, so nothing here imports Django.
"""
