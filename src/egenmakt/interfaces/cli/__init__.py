"""The command line: `egenmakt`, with one module for each command."""
