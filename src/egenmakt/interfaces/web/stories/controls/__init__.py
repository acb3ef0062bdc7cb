"""How each kind of question is shown and read: plain fields first, a small script on top where it helps."""
