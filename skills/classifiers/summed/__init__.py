"""Classifiers that add up what several encoders and the n-grams say; those that ship are of this kind."""
