"""Places that name papers: one module a source, each with `NAME` and `fetch(day)`."""
