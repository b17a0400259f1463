"""The database: what was accepted (inbox), what is to be said (outbox), what is due, and who people are."""
