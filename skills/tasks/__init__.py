"""Tasks: from a request to done."""
