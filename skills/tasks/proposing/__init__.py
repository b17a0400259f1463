"""Who might do a task, how long it may take, and which steps it may have: what is known, put to `assigning`."""
