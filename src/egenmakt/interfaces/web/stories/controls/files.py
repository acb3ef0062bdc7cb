"""A voice or a picture: a file that the phone records or takes itself."""

from __future__ import annotations

from typing import Any

from egenmakt.interfaces.web.stories.controls.base import Question, Typed, first, name_of


class File:
    """A file to be sent. It is asked for beside the consent, so that nothing is sent that may not be kept."""

    template = "web/stories/controls/file.html"
    script = "files"

    def __init__(self, *, accept: str) -> None:
        self.accept = accept

    def fields(self, question: Question) -> list[str]:
        return [name_of(question)]

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        return {"accept": self.accept}

    def read(self, question: Question, typed: Typed) -> object | None:
        # the id of the attachment, which the page gives to a file that has come in
        return first(typed, name_of(question)) or None
