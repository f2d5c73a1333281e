"""Places that name papers. Each source is one module with its `NAME`."""
