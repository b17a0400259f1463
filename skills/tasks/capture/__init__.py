"""From a sentence to tasks: what is to be done, by whom, by when, and how urgently."""
