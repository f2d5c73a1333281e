"""What can be said against a section by reading it: text in, findings out; no ORM, no network.

Each check is a module with `check(markdown, ...) -> list[Finding]`, in the order of the text.
"""
