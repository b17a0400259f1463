"""What people are told without asking: reminders, their day, a channel's week."""
