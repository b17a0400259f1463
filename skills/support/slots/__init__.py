"""What an answer needs to know of the asker's case, found in messages or asked for."""
