"""Active learning: each working day people are shown the few texts whose labels would teach the most, as cards."""
