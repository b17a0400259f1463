"""Versions of a team's classifiers: their files, which of them serves, and the ledger of every decision about that."""
