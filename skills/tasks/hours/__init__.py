"""When people work: weeks of wall times, absences, and when a reminder may come."""
