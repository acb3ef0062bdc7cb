"""Patterns in the browser: what many stories say together, with small numbers hidden, and the stories behind."""
