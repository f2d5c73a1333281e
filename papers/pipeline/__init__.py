"""What moves rows: from what sources say to drafted and checked sections."""
