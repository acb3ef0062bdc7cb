"""Stories from files: every format becomes a framework and a mapping, and one reader does the rest."""
