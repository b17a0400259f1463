"""Tasks as people see them: a card that is kept in place, and lines of lists."""
