"""The indicators that ship, as data, and what a set of indicators can be asked."""
