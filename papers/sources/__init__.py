"""Places that name papers: one module a source, each with its `NAME`."""
