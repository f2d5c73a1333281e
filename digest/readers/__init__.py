"""What readers get: pages, feeds, and documents for programs."""
