"""What the templates can say: formats and parts."""
