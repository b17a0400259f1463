"""What the bot can do, one package a skill. Nothing here knows Slack: a skill takes a `Request` and returns `Reply`s."""
