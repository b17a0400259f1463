"""What repeats: rules after RFC 5545 by the wall clock of a zone, and how people say them."""
