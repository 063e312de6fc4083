"""Floor 3: what pages and letters both say: days and hours, addresses, an appointment in a calendar."""
