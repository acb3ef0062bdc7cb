"""Who is wanted in a round, in words: the framework's own options, and ours for what every round may ask."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy

from egenmakt.apps.people.models import Node
from egenmakt.core.signification.framework import Framework, words
from egenmakt.core.signification.rounds import Quota
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.showing import ROLE_WORDS

BY_WORDS: Final[dict[str, Any]] = {
    "sex": gettext_lazy("sex"),
    "age_band": gettext_lazy("age"),
    "disability": gettext_lazy("disability"),
    "role": gettext_lazy("voice"),
    "group": gettext_lazy("group"),
}
DISABILITY: Final[dict[str, Any]] = {
    "with_disability": gettext_lazy("With a disability"),
    "without_disability": gettext_lazy("Without a disability"),
}


def quota_word(by: str) -> str:
    """What a quota goes by."""
    return str(BY_WORDS.get(by, by))


def quota_value(quota: Quota, framework: Framework) -> str:
    """Who is meant by a quota."""
    if quota.by == "group":
        node = Node.objects.filter(id=quota.value).first()
        return node.name if node else quota.value
    return dict(choices(quota.by, framework)).get(quota.value, quota.value)


def choices(by: str, framework: Framework) -> list[tuple[str, str]]:
    """Everything that a quota may be set for, with its words; of groups none, since each round has its own."""
    if by == "role":
        return [(code, str(said[1])) for code, said in ROLE_WORDS.items()]
    if by == "disability":
        asks = any(question.code.startswith("wg_") for question in framework.questions)
        return [(code, str(said)) for code, said in DISABILITY.items()] if asks else []
    language = formats.reader()
    return [
        (option.code, words(option.text, language, framework.source))
        for question in framework.questions
        if question.code == by
        for option in question.options
    ]
