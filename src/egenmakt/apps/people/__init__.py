"""People, places and the organisations and groups that they belong to, as one tree."""
