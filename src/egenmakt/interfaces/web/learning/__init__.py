"""Pages on which people make sense of stories together, and bring back to the tellers what came of it."""
