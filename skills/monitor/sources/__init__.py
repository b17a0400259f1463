"""Where the monitor listens: kinds of sources, and their polling."""
