"""The teller's form is spoken in every language that the framework which ships is told in and the form speaks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_python

from egenmakt.interfaces import web
from egenmakt.project.translations import (
    FORM_LANGUAGES,
    KEYWORDS,
    extract_template,
    path_of,
    problems,
    read,
)

WEB = Path(web.__file__).parent
PARTS = ("begin", "story", "consent", "purposes", "page", "kept", "save")
MODULES = ("asking", "telling", "telling_views", "drafting", "showing", "consenting", "keeping")
TELLERS = (
    *sorted((WEB / "templates/web/stories/controls").glob("*.html")),
    *(WEB / f"templates/web/stories/telling/{name}.html" for name in PARTS),
    *(WEB / f"templates/web/stories/{name}.html" for name in ("question", "mistakes")),
    *sorted((WEB / "stories/controls").glob("*.py")),
    *(WEB / f"stories/{name}.py" for name in MODULES),
)
FOR_STAFF = {"Which group, if the teller wants to say so?", "Not said", "How did the teller agree?", "Who is telling?"}
FOR_STAFF |= {"The next interview", "Back to the round"}
FOR_STAFF |= {"The story may also say how far the group had come (its step)"}


@pytest.mark.parametrize("language", FORM_LANGUAGES)
def test_a_teller_meets_no_word_of_another_language(language: str) -> None:
    catalog = read(path_of(language), language)
    texts: set[Any] = set()  # a text, or the pair of singular and plural
    for path in TELLERS:
        method = extract_template if path.suffix == ".html" else extract_python
        for _line, function, message, _comments in method(io.BytesIO(path.read_bytes()), KEYWORDS, [], {}):
            if function.startswith("n"):
                texts.add(tuple(message[:2]))
            elif message:
                texts.add(message if isinstance(message, str) else message[0])
    missing = sorted(str(t) for t in texts - FOR_STAFF if t and not (catalog.get(t) and catalog.get(t).string))

    assert missing == []
    assert problems(language, is_part=True) == []
