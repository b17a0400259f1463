"""What a message means: its intent, mood and wishes, and what to do about it."""
