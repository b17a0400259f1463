"""Planning by OR-tools: who does what, and when; which deadlines can't be met and why; the chart of it."""
