"""What a classifier sees of a text: hashed n-grams, and the vectors of its encoders beside them."""
