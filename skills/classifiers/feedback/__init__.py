"""Labelled examples from people's feedback: collected, reviewed, and left out for those who take no part."""
