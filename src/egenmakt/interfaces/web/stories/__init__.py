"""Collecting stories: the form that a teller fills in, withdrawal, rounds, and the framework that asks."""
