"""The answer book: what it is, what may be wrong with it, how it is stored, and how it reads as a file."""
