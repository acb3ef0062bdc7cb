"""A whole installation in one file, and back: the same for SQLite and PostgreSQL."""
