"""Choices: a type of change, one, several (at most so many), or one picture."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from egenmakt.interfaces.web.stories.controls.base import Question, Typed, Unreadable, first, name_of


def takes_several(question: Question) -> bool:
    """Whether more than one option may be chosen."""
    return question["type"] == "several" or (question["type"] == "change_type" and bool(question.get("several")))


class Choices:
    """Options below each other, each as large as a thumb; one of them may take own words."""

    template = "web/stories/controls/choices.html"
    script = ""

    def fields(self, question: Question) -> list[str]:
        names = [name_of(question)]
        return [*names, name_of(question, "own_words")] if question.get("own_words") else names

    def shown(self, question: Question, typed: Typed) -> dict[str, Any]:
        chosen = set(typed.get(name_of(question), ()))
        options = [
            {
                **option,
                "id": f"{name_of(question)}.{place}" if place else name_of(question),
                "is_chosen": option["code"] in chosen,
                "takes_words": option["code"] == question.get("own_words"),
            }
            for place, option in enumerate(question["options"])
        ]
        return {
            "options": options,
            "takes_several": takes_several(question),
            "most": question.get("most"),
            "has_own_way_out": not takes_several(question),
            "own_words": first(typed, name_of(question, "own_words")),
        }

    def read(self, question: Question, typed: Typed) -> object | None:
        chosen = [code for code in typed.get(name_of(question), ()) if code]
        if not chosen:
            return None
        if not takes_several(question):
            return [chosen[0]] if question["type"] == "change_type" else chosen[0]
        most = question.get("most")
        if most and len(chosen) > most:
            sentence = ngettext(
                "You have ticked %(ticked)s; choose at most %(most)s.",
                "You have ticked %(ticked)s; choose at most %(most)s.",
                most,
            )
            raise Unreadable(sentence % {"ticked": len(chosen), "most": most}, name_of(question))
        return chosen


class Pictures(Choices):
    """One of several pictures, each with its word."""

    template = "web/stories/controls/pictures.html"
