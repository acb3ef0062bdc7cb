"""The door that a phone knocks at: JSON over HTTP at /api/v1/, with a token and without cookies."""
