"""The answer book as people change it in Slack: its pages, forms and proposals."""
