"""Who should do a task, what it will take, and what pieces it falls into."""
