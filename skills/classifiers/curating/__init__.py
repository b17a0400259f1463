"""What people's feedback becomes before anything is trained on it: datasets that are capped, folded, settled and split.

Nothing here knows Slack or the database; the same input gives the same dataset.
"""
