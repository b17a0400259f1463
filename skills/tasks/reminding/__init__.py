"""Reminders: when each task's is, claimed once by any replica, folded into one message a person, and sent once."""
