"""Tables of figures that others have counted, from a file."""
