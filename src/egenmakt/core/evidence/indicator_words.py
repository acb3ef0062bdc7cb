"""By which words the columns and the indicators of a published monthly table are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from egenmakt.core.numerals import word

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "month": ("month", "period", "date", "månad", "datum", "mois", "mes", "mês"),
    "region": ("region", "country", "partner", "district", "land", "distrikt", "pays", "país"),
    "indicator": ("indicator", "indikator", "measure", "figure", "mått", "indicateur", "indicador"),
    "flow": (
        "flow",
        "month's figure",
        "this month",
        "new",
        "flöde",
        "månaden",
        "under månaden",
        "nya",
        "flux",
        "flujo",
    ),
    "accumulated": ("accumulated", "cumulative", "total", "to date", "ackumulerat", "totalt", "cumul", "acumulado"),
    "note": ("note", "notes", "comment", "remark", "not", "anmärkning", "kommentar", "rättelse", "remarque", "nota"),
}
NEEDED: Final = ("month", "region", "indicator", "flow", "accumulated")
WOMEN: Final = ("women", "of whom women", "women members", "kvinnor", "varav kvinnor", "femmes", "mujeres", "mulheres")
MEMBERS: Final = (
    "members", "members in groups", "medlemmar", "medlemmar i grupper", "membres", "miembros", "membros",
)  # fmt: skip


def columns_of(header: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """Which column is what, and which of those that are needed are not there."""
    names = [word(name) for name in header]
    found = {}
    for column, known in COLUMNS.items():
        number = next((names.index(one) for one in known if one in names), None)
        if number is not None:
            found[column] = number
    return found, [column for column in NEEDED if column not in found]


def parts_of(indicators: Iterable[str]) -> dict[str, str]:
    """Which indicator is a part of which: women of members, where both are there under names that are known."""
    by_word = {word(name): name for name in indicators}
    women = next((by_word[one] for one in WOMEN if one in by_word), None)
    members = next((by_word[one] for one in MEMBERS if one in by_word), None)
    return {women: members} if women is not None and members is not None else {}
