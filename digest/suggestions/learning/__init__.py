"""How picks are learned: features, what the editors like, its weight beside votes, reasons."""
