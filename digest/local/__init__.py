"""The site on one machine: the embedded services, and the demo."""
