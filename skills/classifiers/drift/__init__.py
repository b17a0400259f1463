"""Whether what a classifier reads, and what it says of it, has changed: of texts, of probabilities, of labels."""
