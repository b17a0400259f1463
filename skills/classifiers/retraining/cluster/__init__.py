"""Training on a Ray cluster: one worker there does what the process that trains does here."""
