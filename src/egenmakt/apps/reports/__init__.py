"""What is reported: indicators and their figures, monthly reports, effect reports with a claim behind every number."""
