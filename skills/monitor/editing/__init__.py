"""Watches made, changed and tried out by people."""
