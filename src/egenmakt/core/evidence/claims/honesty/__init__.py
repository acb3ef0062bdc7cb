"""Whether a draft is honest: each thing that is not, with its place, its sentence and what to do about it."""
