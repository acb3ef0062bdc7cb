"""A publisher's document: what its IATI files say, read, put together with the figures, and written."""
