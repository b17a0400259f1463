"""Due dates in chat sentences, in English and Chinese mainly: where they stand, and how each can be read."""
