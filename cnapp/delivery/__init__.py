"""Floor 4, beside the pages: letters as they leave, and what carries them."""
