"""The pages on which stories are found, read, covered, decided about, protected and taken back."""
