"""Whether a challenger may take a champion's place: compared on held-out texts, decided by margins, drawn and kept."""
