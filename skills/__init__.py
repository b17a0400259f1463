"""What the bot can do, one package a skill: a `Request` in, `Reply`s out. Nothing here knows Slack."""
