"""Papers and sections under a person's hand: forms, proposals, and what two hands do to a row."""
