"""What was said in each thread, and what became of each question."""
