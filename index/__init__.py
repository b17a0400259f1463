"""The knowledge index: documents in, passages found. It knows nothing of Slack or of skills."""
