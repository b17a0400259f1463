"""What is known of people's work: hours, skills, capacity, absences, and what they want to be told."""
