"""How a story's facts are said to those who read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.apps.stories.models import Story
from egenmakt.core.signification.consent import PURPOSES
from egenmakt.core.signification.framework import Framework
from egenmakt.core.signification.question import words
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.stories.consenting import NAMES
from egenmakt.interfaces.web.stories.showing import LEVEL_WORDS, ROLE_WORDS
from egenmakt.interfaces.web.templatetags.parts import own_name

VOICES: Final[dict[str, Any]] = {code: pair[1] for code, pair in ROLE_WORDS.items()}
"""Whose voice it is, as somebody else says it."""
STATES: Final[dict[str, tuple[Any, str]]] = {
    "approved": (gettext_lazy("Approved"), "success"),
    "waiting": (gettext_lazy("Waits to be looked at"), "warning"),
    "set_aside": (gettext_lazy("Set aside"), "neutral"),
}
COLLECTED: Final[dict[str, Any]] = {
    "self": gettext_lazy("Told alone, by a link"),
    "facilitator": gettext_lazy("Told to somebody who wrote it down"),
    "paper": gettext_lazy("Written on paper, entered later"),
}
READERS: Final[dict[str, Any]] = {
    "team": gettext_lazy("Only those who collect and look through the stories"),
    "partner": gettext_lazy("Those, and the local organisation"),
    "organisation": gettext_lazy("Those, and the whole organisation"),
    "anyone": gettext_lazy("Anyone"),
}
"""Whom the teller lets read her words."""
CHANNELS: Final[dict[str, Any]] = {
    "story": gettext_lazy("Together with the story"),
    "code": gettext_lazy("By the teller, with the code on the slip"),
    "staff": gettext_lazy("Told to somebody, who wrote it down"),
}
GIVEN: Final[dict[str, Any]] = {
    "tapped": gettext_lazy("chosen on a screen"),
    "spoken": gettext_lazy("said aloud"),
    "written": gettext_lazy("signed on paper"),
    "documented": gettext_lazy("given elsewhere"),
}
WHAT_WAS_READ: Final[dict[str, Any]] = {
    "page": gettext_lazy("The story's page"),
    "moderation": gettext_lazy("While deciding about it"),
    "masks": gettext_lazy("While covering names"),
    "translation": gettext_lazy("While translating it"),
    "consent": gettext_lazy("While writing down a consent"),
    "quarantine": gettext_lazy("Beside another version of it"),
    "safeguarding": gettext_lazy("As the person named for safeguarding"),
    "photo": gettext_lazy("The photo"),
    "audio": gettext_lazy("The voice"),
}


def voice_text(voice: str) -> str:
    """Whose voice it is."""
    return str(VOICES.get(voice, voice))


def when_text(told_of: str) -> str:
    """When it happened, as precisely as the teller said it."""
    parts = [int(part) for part in told_of.split("-")] if told_of else []
    match parts:
        case [year]:
            return str(year)
        case [year, month]:
            return formats.month_text(date(year, month, 1))
        case [year, month, day]:
            return formats.date_text(date(year, month, day))
    return _("Not said")


def where_text(where: Mapping[str, str] | None) -> str:
    """Where it happened, no nearer than a municipality."""
    if not where:
        return _("Not said")
    return f"{formats.isolated_text(where['name'])} ({str(LEVEL_WORDS[where['level']]).lower()})"


def language_text(language: str) -> str:
    """A language by its own name."""
    return own_name(language)


def step_text(step: str) -> str:
    """The step of the programme, or that none was said."""
    return step or _("Not said")


def allowed_words(story: Story) -> list[str]:
    """What the teller allows now, each purpose in two or three words."""
    return [str(NAMES[name]) for name in PURPOSES if name == "keep" or getattr(story, f"may_{name}")]


def refused_words(story: Story) -> list[str]:
    """What the teller does not allow."""
    return [str(NAMES[name]) for name in PURPOSES if name != "keep" and not getattr(story, f"may_{name}")]


def kinds_of(framework: Framework, answers: Mapping[str, Any]) -> list[str]:
    """The types of change that the teller chose, in the reader's language."""
    found = []
    for question in framework.questions:
        if question.type == "change_type":
            chosen = answers.get(question.code, {}).get("value", ())
            found += [
                words(option.text, formats.reader(), framework.source)
                for option in question.options
                if option.code in chosen
            ]
    return found


def kind_text(framework: Framework, answers: Mapping[str, Any]) -> str:
    """The teller's own class of the story in one line."""
    return "; ".join(kinds_of(framework, answers)) or _("Without a type of change")


def warning_text(warning: Mapping[str, Any]) -> str:
    """What a person should look at, such as a text that does not look like its language."""
    values = warning.get("values", {})
    language = own_name(str(values.get("language", "")))
    match warning["code"]:
        case "looks_like":
            guess = own_name(str(values.get("guess", "")))
            return _(
                "The teller says that this is %(language)s; to a machine it looks like %(guess)s. "
                "The teller's word counts."
            ) % {"language": language, "guess": guess}
        case "language_not_of_round":
            return _("Told in %(language)s, which is not one of the round's languages.") % {"language": language}
    return str(warning["code"])
