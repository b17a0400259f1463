"""Opinion followed, trends seen, alerts raised."""
