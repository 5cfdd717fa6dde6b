"""People: who is asking, guests, and the pages of an account."""
