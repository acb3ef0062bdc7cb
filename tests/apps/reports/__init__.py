"""The wing of reports."""
