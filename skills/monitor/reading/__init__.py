"""What is understood of the posts that sources bring: what they copy, whom they name, and what they say of whom."""
