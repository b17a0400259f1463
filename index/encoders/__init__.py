"""Sentence encoders behind one seam: text in, unit vectors out."""
