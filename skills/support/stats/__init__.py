"""The desk's numbers."""
