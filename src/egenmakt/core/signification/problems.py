"""Why a framework or a story cannot be taken: one sentence each, with its place and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from egenmakt.core.words import _

Shown = str | int

# The words are English here and translated where they are shown; every sentence says what would be right.
SENTENCES: dict[str, str] = {
    # reading, of any document
    "not_an_object": _("This must be an object with named fields."),
    "not_a_list": _("This must be a list in square brackets."),
    "not_text": _("%(given)s is not text. Write it in quotation marks."),
    "not_whole": _("%(given)s is not a whole number. Write one without decimals and without quotation marks."),
    "not_yes_or_no": _("%(given)s is not yes or no. Write true or false."),
    "not_an_id": _("%(given)s is not an id. An id looks like 0192f0c1-2b3c-7d4e-8f90-1a2b3c4d5e6f."),
    "not_a_code": _("%(given)s is not a code. A code is up to 40 small letters a–z, digits and _, a letter first."),
    "not_a_language": _("%(given)s is not a language code. Write it as sw, pt-BR or zh-Hant."),
    "not_a_media_type": _("%(given)s is not the media type of a photo or a recording, such as image/jpeg."),
    "not_one_of": _("%(given)s is not known here. Choose one of: %(known)s."),
    "not_an_instant": _("%(given)s is not a time in UTC. Write it as 2026-03-02T09:30:00Z."),
    "not_a_hash": _("%(given)s is not a SHA-256 in 64 small hexadecimal digits."),
    "missing": _("%(field)s is missing. Add it."),
    "unknown_field": _("%(field)s is not a field of this document. Remove it or correct its name."),
    "out_of_range": _("%(given)s is outside %(least)s to %(most)s. Give a number within."),
    "too_long": _("The text has %(length)s characters. At most %(most)s fit: shorten it."),
    "too_many": _("There are %(length)s of them. At most %(most)s are possible."),
    "too_few": _("There are %(length)s of them. At least %(least)s are needed."),
    "empty_text": _("The text is empty. Write something."),
    "control_character": _("The text holds the control character %(name)s at position %(position)s. Remove it."),
    "half_character": _("The text holds half a character (%(name)s) at position %(position)s. Type it anew."),
    "twice": _("%(given)s stands there twice. Keep one, or give the other a code of its own."),
    # frameworks
    "wrong_schema": _("%(given)s is not a version that can be read here. This program reads %(known)s."),
    "no_source_text": _("The text in %(language)s is missing. It is the source of the translations."),
    "language_not_listed": _("The language %(language)s is not among the languages of the framework. Add it there."),
    "unknown_type": _("There is no question type %(given)s. Choose one of: %(known)s."),
    "not_earlier": _("%(question)s is not asked before this question. Only an earlier question can decide."),
    "not_a_choice": _("%(question)s has no options to decide by. Choose a question with options."),
    "unknown_option": _("%(given)s is not an option of %(question)s. Choose one of: %(known)s."),
    "most_above_options": _("At most %(most)s can be chosen, but there are only %(options)s options."),
    "no_picture": _("The option %(option)s has no picture. Name one; the text is read to those who cannot see it."),
    "least_above_most": _("The least, %(least)s, is above the most, %(most)s. Exchange them."),
    "not_decimal": _('%(given)s is not a decimal number in quotation marks, such as "12.5".'),
    "too_many_decimals": _("%(given)s has more than %(most)s decimals. Round it."),
    "no_keep_text": _("There is no consent text for keeping the story. Nothing could be stored: write one."),
    "mapping_to_nothing": _("%(given)s is not in this framework. Map the old code to one that is."),
    "mapping_from_present": _("%(given)s is still in this framework. Only what is gone is mapped."),
    "translation_of_source": _("%(language)s is the source language. Only translations have a state."),
    "other_framework_follows": _("The new version has the id %(given)s. A version keeps the id %(expected)s."),
    "version_not_next": _("The new version is %(given)s. After version %(last)s comes %(next)s."),
    "consent_not_new": _("The consent texts changed, but are still version %(version)s. Give them a new version."),
    "removed_not_mapped": _("%(given)s is gone. Its answers are kept; map it if another question continues it."),
    "frozen": _("Version %(version)s has been used and cannot change: %(change)s. Make version %(next)s."),
    # answers
    "sum_wrong": _("The parts add up to %(sum)s. They must add up to exactly %(whole)s."),
    "wrong_number_of_parts": _("There are %(length)s parts. This question has %(needed)s."),
    "too_many_chosen": _("%(length)s options are chosen. At most %(most)s can be."),
    "nothing_chosen": _("Nothing is chosen. Choose an option, or skip the question."),
    "wrong_precision": _("%(given)s is not a date as precise as asked. Write it as %(form)s."),
    "no_such_date": _("%(given)s is not in the calendar. Correct the date."),
    "negative_zero": _("%(given)s has a sign, but zero has none. Write 0."),
    "unknown_question": _("The framework has no question %(question)s. Remove the answer or correct the code."),
    "not_shown": _("%(question)s was not shown to this teller, so it has no answer. Remove it."),
    "answer_missing": _("%(question)s was shown and has no answer. Say its value, does_not_apply or skipped."),
    "answer_required": _("%(question)s must be answered. Ask the teller once more."),
    "always_applies": _("%(question)s cannot be answered with does_not_apply. Choose a value or skip it."),
    "value_and_state": _("An answer has either a value or a state. Remove one of them."),
    "own_words_without_option": _("Own words are given, but the option %(option)s that takes them is not chosen."),
    "no_own_words": _("This question takes no own words. Remove them."),
    "attachment_unknown": _("The answer names the attachment %(given)s, which is not in the list of attachments."),
    "attachment_other_kind": _("The attachment %(given)s is of kind %(kind)s. This question takes %(needed)s."),
    # stories
    "no_consent_to_keep": _("The teller has not agreed that the story is kept. Nothing is stored."),
    "other_framework": _("The story was told by another framework. Fetch the framework %(expected)s."),
    "other_version": _("The story was told by version %(given)s of the framework. This is version %(expected)s."),
    "unknown_prompt": _("There is no prompt %(given)s. Choose one of: %(known)s."),
    "no_story": _("There is no story: no text and no recording. Write or record what happened."),
    "ends_before_start": _("The interview ends before it starts. Correct the times."),
    "no_facilitator": _("A facilitator collected the story, but none is named. Name the facilitator."),
    "facilitator_not_expected": _("The teller told it alone, but a facilitator is named. Correct one of them."),
    "other_consent_version": _("The consent is to version %(given)s of the text. The framework has %(expected)s."),
    "purpose_not_asked": _("The framework has no consent text for %(purpose)s, so nobody can have agreed to it."),
    "purpose_needs": _("Agreeing to %(purpose)s needs agreeing to %(needed)s. Ask the teller once more."),
    "purpose_without_attachment": _("There is consent to %(purpose)s, but nothing of the kind is attached."),
    "attachment_without_consent": _("A %(kind)s is attached without consent to %(purpose)s. Remove it, or ask."),
    "minor_without_consent": _("The teller is a child by its own answers. A parent or guardian must agree too."),
    "no_assent": _("The child has not agreed itself. Nothing is stored."),
    # translations
    "unknown_place": _("The framework has no text at %(place)s. Take the table out anew."),
    "source_changed": _("The source text at %(place)s is not the one that was translated. Take the table out anew."),
    # rounds
    "quota_above_total": _("The quotas by %(by)s make %(sum)s, more than the target of %(total)s. Lower one."),
    "unknown_quota": _("There are no quotas by %(given)s. Choose one of: %(known)s."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code, the place in the document (a JSON pointer), and the values in its sentence."""

    code: str
    where: str = ""
    values: Mapping[str, Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in SENTENCES:
            raise ValueError(f"{self.code!r} has no sentence.")

    @property
    def sentence(self) -> str:
        """What is wrong and what would be right, without the place."""
        return SENTENCES[self.code] % self.values

    def within(self, where: str) -> Problem:
        """The same problem, seen from the document that holds the part."""
        return replace(self, where=f"{where}{self.where}")

    def __str__(self) -> str:
        return f"{self.where or '/'}: {self.sentence}"


def problem(code: str, where: str = "", **values: object) -> Problem:
    """A problem whose values are cut to what a person will read, and can be written in any encoding of Unicode."""
    # a place may name a field that came in with the document, so it is cleaned like a value
    place = str(shown(where, 200))
    return Problem(code, place, {name: shown(value, 600 if name == "known" else 60) for name, value in values.items()})


def shown(value: object, most: int = 60) -> Shown:
    """A value as it stands in a sentence: numbers as they are, anything else as short text."""
    if isinstance(value, int) and not isinstance(value, bool):
        # a number of thousands of digits cannot even be written
        return value if abs(value) < 10**18 else "…"
    text = value if isinstance(value, str) else _in_json(value)
    # half characters would break the log and the page that show the sentence
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _in_json(value: object) -> str:
    match value:
        case None:
            return "null"
        case True:
            return "true"
        case False:
            return "false"
        case dict() | list() | tuple():
            return "[…]" if not isinstance(value, dict) else "{…}"
    return str(value)


class Unreadable(ValueError):
    """The framework cannot be read; every problem is listed with its place and the remedy."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems
