"""What past conversations teach: intents to propose, and questions that the book has no answer for."""
