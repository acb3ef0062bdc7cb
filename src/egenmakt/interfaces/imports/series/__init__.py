"""Bringing in series: monthly tables that were published before."""
