"""What people take over or see first: cases with their cards and clock, and drafts."""
