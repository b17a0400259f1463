"""From posts to surges: what is read in them, which watch each is about, and what is unusual in a watch."""
