"""What people are told of a surge: the numbers, the chart, the texts that show why, and what to do next."""
