"""What is kept for how long, and what is removed for good."""
