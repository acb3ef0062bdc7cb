"""Patterns in the browser."""
