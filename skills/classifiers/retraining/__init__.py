"""The retraining of a team's classifiers: pure of database and Slack, in a process of its own."""
