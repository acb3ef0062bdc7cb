"""Taking in files from a browser without taking in more than can be read."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

WEB_BYTES_MAX = 10_000_000
"""For all files of one upload; what is larger goes by the command line."""
ROWS_MAX_ON_THE_WEB = 50_000
FILES_MAX = 5


class Limit(FileUploadHandler):
    """Lets a file pass until all of them together are too large, and then lets the rest fall."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > WEB_BYTES_MAX:
            setattr(self.request, "is_too_large", True)  # noqa: B010  # a request has no such attribute by its type
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
