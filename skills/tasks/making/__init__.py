"""Requests made tasks: checked whole, kept at once, shown as cards, and told to those who are to do them."""
