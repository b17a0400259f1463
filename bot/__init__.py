"""The Slack application: config, listeners, routing, delivery, storage, scheduler, command line."""
