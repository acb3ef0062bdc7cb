"""Pages about what is reported."""
