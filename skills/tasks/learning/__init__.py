"""What a team has finished, learned from for proposals: kinds of work, paces, what is ordinary."""
