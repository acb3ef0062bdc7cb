"""Help for tests: no tests in here."""
