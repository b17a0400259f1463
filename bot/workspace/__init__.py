"""The local workspace: a Slack-compatible server on this machine, with a page."""
