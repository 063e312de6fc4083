"""Floor 1: the things, their own rules and their queries (built here, run above)."""
