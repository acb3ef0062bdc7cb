"""Saving together: shares, the social fund, fines, the constitution, the share-out, grading and its indicators."""
