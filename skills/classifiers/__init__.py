"""Small linear classifiers over an encoder's vector and character n-grams."""
