"""The steps that move rows: from what sources say to drafted and checked sections."""
