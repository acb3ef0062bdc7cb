"""Collecting stories in the browser."""
