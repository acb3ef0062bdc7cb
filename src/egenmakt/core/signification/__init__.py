"""What a story means to its teller: frameworks of questions, question types, answers, stories, consent, rounds."""
