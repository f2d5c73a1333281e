"""How the values of a post stood in its file, and how they are written back there."""
