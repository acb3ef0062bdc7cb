"""IATI 2.03: writing, checking, comparing and reading files of the International Aid Transparency Initiative."""
