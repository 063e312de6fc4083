"""Floor 0: time, spans, contacts, tokens, the database. Has never heard of an appointment."""
