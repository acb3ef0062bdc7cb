"""Making sense together: from what is seen in many stories to what was decided, and back to their tellers."""
