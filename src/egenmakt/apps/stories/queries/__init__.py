"""Reading stories, rounds and frameworks; nothing here writes."""
