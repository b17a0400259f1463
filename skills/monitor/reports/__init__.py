"""Watches in figures: side by side, over days, and how good their alerts were."""
