"""The framework's own words for questions, options and marks, in the reader's language where they are translated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.patterns.table import ChoiceColumn, Column, ScaleColumn, SeveralColumn, StonesColumn, TriadColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.core.signification.framework import Framework, words
from egenmakt.core.signification.question import Question
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns.published import NOT_KNOWN

VOICE_WORDS: dict[str, Any] = {
    "rights_holder": gettext_lazy("Rights-holders"),
    "partner": gettext_lazy("Partners"),
    "staff": gettext_lazy("Staff"),
    NOT_KNOWN: gettext_lazy("Voice not known"),
    TOGETHER: gettext_lazy("All voices together"),
}
STATE_WORDS: dict[str, Any] = {
    "answered": gettext_lazy("Answered"),
    "does_not_apply": gettext_lazy("Does not apply"),
    "skipped": gettext_lazy("Skipped"),
    "not_asked": gettext_lazy("Not asked"),
}
ZONE_OF_TWO = "+"


@dataclass(frozen=True, slots=True)
class FrameworkWords:
    """What a framework says, to a reader in her language."""

    framework: Framework
    language: str

    def title(self) -> str:
        """The framework's title."""
        return self._in_language(self.framework.title)

    def question(self, code: str) -> str:
        """A question, or one option of a question with several answers (`kind.worse`, `kind/worse`)."""
        question, option = self._parts(code)
        if question is None:
            return code
        text = self._in_language(question.text)
        return f"{text} – {self.mark(question.code, option)}" if option else text

    def mark(self, code: str, mark: str) -> str:
        """An option, a corner, a stone; a bin of a scale as it is; yes and no."""
        question, option = self._parts(code)
        if option or question is None:
            return {"yes": _("Yes"), "no": _("No")}.get(mark, mark)
        for name in ("options", "corners", "stones"):
            for each in question.marks(name):
                if each.code == mark:
                    return self._in_language(each.text)
        return mark

    def end(self, code: str, side: str) -> str:
        """What stands at the left or right end of a slider or dyad; the numbers' ends otherwise."""
        question, _option = self._parts(code)
        return self._in_language(question.texts(side)) if question else ""

    def third(self, code: str, third: str) -> str:
        """One of a scale's three thirds, by what stands at its ends."""
        if third == "middle":
            return _("the middle third")
        end = self.end(code, "left" if third == "low" else "right")
        plain = _("the low third") if third == "low" else _("the high third")
        return _("%(third)s, towards “%(end)s”") % {"third": plain, "end": end} if end else plain

    def axis_end(self, code: str, axis: str, side: str) -> str:
        """What stands at an end of a canvas."""
        question, _option = self._parts(code)
        return self._in_language(getattr(question.axis(axis), side)) if question else ""

    def zone(self, code: str, zone: str) -> str:
        """One of a triad's seven zones, by its corners."""
        question, _option = self._parts(code)
        corners = [self._in_language(each.text) for each in question.marks("corners")] if question else list("abc")
        if zone == "middle":
            return _("Between all three")
        names = [corners["abc".index(letter)] for letter in zone]
        return (
            names[0] if len(names) == 1 else _("Between %(one)s and %(other)s") % {"one": names[0], "other": names[1]}
        )

    def _parts(self, code: str) -> tuple[Question | None, str]:
        head, _dot, option = code.replace("/", ".").partition(".")
        found = next((each for each in self.framework.questions if each.code == head), None)
        return found, option

    def _in_language(self, text: Any) -> str:
        return formats.isolated_text(words(text, self.language, self.framework.source)) if text else ""


def voice_word(voice: str) -> str:
    """Whose stories."""
    return str(VOICE_WORDS.get(voice, voice))


def kind_word(column: Column) -> str:
    """What kind of question it is."""
    kinds: tuple[tuple[type, str], ...] = (
        (ChoiceColumn, _("one choice")),
        (SeveralColumn, _("several choices")),
        (ScaleColumn, _("scale")),
        (TriadColumn, _("triad")),
        (StonesColumn, _("stones on a canvas")),
    )
    return next(word for kind, word in kinds if isinstance(column, kind))
