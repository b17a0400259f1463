"""How the sources are doing: shown in Slack, and told once to whom they belong."""
