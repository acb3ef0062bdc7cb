"""Invented questions, one for each control, for the design page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from egenmakt.interfaces.web.stories.asking import Asked, Mistake


def _options(**texts: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": {"": text}} for code, text in texts.items()]


def _questions() -> list[dict[str, Any]]:
    def question(code: str, kind: str, text: str, **own: Any) -> dict[str, Any]:
        return {"code": code, "type": kind, "text": {"": text}, **own}

    own = {"options": _options(more=_("More savings"), say=_("A say in decisions"), other=_("Something else"))}
    faces = [("glad", _("Glad")), ("neutral", _("Neither")), ("sad", _("Sad"))]
    pictures = [{"code": code, "picture": code, "text": {"": text}} for code, text in faces]
    return [
        question("kind", "change_type", _("What kind of change was it?"), **own, own_words="other", may_not_apply=True),
        question(
            "with",
            "several",
            _("Who acted?"),
            options=_options(me=_("I"), us=_("My group"), all=_("The village")),
            most=2,
        ),
        question("feel", "picture", _("How does it feel?"), options=pictures),
        question(
            "strength",
            "slider",
            _("How much did it change?"),
            left={"": _("hardly")},
            right={"": _("everything")},
            may_not_apply=True,
        ),
        question("alone", "dyad", _("How was it done?"), left={"": _("each alone")}, right={"": _("all together")}),
        question(
            "who",
            "triad",
            _("Who made it happen?"),
            corners=_options(me=_("I myself"), us=_("my group"), office=_("those in office")),
            may_not_apply=True,
        ),
        question(
            "map",
            "stones",
            _("Where do they stand?"),
            stones=_options(women=_("Women"), men=_("Men")),
            x={"low": {"": _("little to say")}, "high": {"": _("much to say")}},
            y={"low": {"": _("little gain")}, "high": {"": _("much gain")}},
        ),
        question("when", "date", _("When did it happen?"), precision="month"),
        question(
            "where", "place", _("Where did it happen?"), levels=_options(region=_("Region"), district=_("District"))
        ),
        question("people", "number", _("How many people took part?"), decimals=0),
        question("advice", "text", _("What would you tell others?"), long=True, most=1000),
        question("voice", "audio", _("Would you rather say it aloud?"), seconds_max=120),
        question("photo", "photo", _("Is there a picture of it?"), pixels_max=1600),
    ]


def example_questions() -> list[Asked]:
    """Each control once, one of them with a mistake."""
    typed = {"q.who.0": ["60"], "q.who.1": ["30"], "q.kind": ["say"]}
    wrong = {"who": Mistake(_("The numbers make 90 together, not 100. Give 10 more."), "q.who.0")}
    return [Asked(question, typed, wrong.get(question["code"])) for question in _questions()]


SCRIPTS = ("files", "slider", "stones", "story", "triad")
