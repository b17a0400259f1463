"""Shadow periods: a version that passed reads live questions beside what serves, and answers nobody."""
