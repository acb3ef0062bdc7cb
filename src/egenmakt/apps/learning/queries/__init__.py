"""Reading what was made of the stories; nothing here writes."""
