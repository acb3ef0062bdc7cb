"""Paper: passbooks, minutes, agreements, lists and forms as tagged PDF (PDF/UA-1), the same bytes for the same data."""
