"""What was done, by whom and where: events that nobody can change, and the jobs that follow from them."""
