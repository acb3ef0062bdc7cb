"""Figures that are published: what they are, and whether they agree with each other."""
