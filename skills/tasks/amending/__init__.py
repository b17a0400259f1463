"""Tasks changed: by what is said in their thread, by commands, by buttons and in forms."""
