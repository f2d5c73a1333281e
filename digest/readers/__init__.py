"""What readers get: pages, feeds, documents for machines."""
