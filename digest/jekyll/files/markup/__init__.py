"""Takes out of a Markdown text what no text holds: images, attribute lists, Liquid tags."""
