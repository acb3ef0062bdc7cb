"""Which column is which field, and what the files do not say themselves: kept as JSON, to be used again."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from django.utils.translation import gettext as _

from egenmakt.core.money import DECIMALS
from egenmakt.core.savings.constitution_checks import KINDS
from egenmakt.core.savings.templates import TEMPLATES
from egenmakt.interfaces.imports.fields import CHOICES, FIELDS, proposed_field
from egenmakt.interfaces.imports.tables import Table
from egenmakt.interfaces.imports.values import DATE_ORDERS, SIGNS, SURPLUS, read_key

FORMAT = "egenmakt/import/1"
DETECT = "detect"
JSON_MAX = 1_000_000


class InvalidMapping(ValueError):
    """The mapping cannot be used; every problem is a sentence that names its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class FileMapping:
    """The columns of one file. Its name may hold * and ?; a column that is not named is not used."""

    name: str
    columns: MappingType[str, str]
    """Heading -> field."""
    decimal_sign: str = DETECT
    date_order: str = DETECT
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class GroupDefaults:
    """What is written about each new group where the files are silent."""

    name: str = "{group}"
    kind: str = "savings"
    language: str = "en"
    formed_on: str = ""
    """A day; empty for the first day in the files."""
    cycle_starts_on: str = ""
    cycle_ends_on: str = ""
    template: str = ""
    """A ready-made constitution, or empty for one that allows what the files hold."""
    scale: int = 100
    share_price: str = ""
    """In major units; needed where shares are bought."""
    rules: MappingType[str, Any] = field(default_factory=dict)
    """Single rules of the constitution in the place of the template's."""


@dataclass(frozen=True, slots=True)
class MemberDefaults:
    """What is written about each new member where the files are silent."""

    name: str = "{member_number}"
    """Used where no column holds a name; {group} and {member_number} stand for themselves."""
    joined_on: str = ""
    goal_due_on: str = ""
    goal_words: str = "Savings goal"


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one or several files are to be understood together."""

    files: tuple[FileMapping, ...] = ()
    currency: str = ""
    periods: MappingType[str, str] = field(default_factory=dict)
    """A period as it stands in the file -> the day that stands for its meeting."""
    values: MappingType[str, MappingType[str, str]] = field(default_factory=dict)
    """Field -> word in the file -> choice."""
    blank_words: tuple[str, ...] = ()
    """Words that mean an empty cell, such as - or n/a."""
    surplus_decimals: str = "refuse"
    groups: GroupDefaults = field(default_factory=GroupDefaults)
    members: MemberDefaults = field(default_factory=MemberDefaults)

    def for_table(self, table: Table) -> FileMapping | None:
        """The part that is about a file: by its name, then by a pattern that fits."""
        by_name = [part for part in self.files if part.name == table.file]
        fitting = by_name or [part for part in self.files if fnmatchcase(table.file, part.name)]
        return fitting[0] if fitting else None

    def to_json(self) -> dict[str, Any]:
        """The mapping as JSON, which `from_json` reads back as an equal value."""
        return {"format": FORMAT, **asdict(self), "blank_words": list(self.blank_words)}

    def to_text(self) -> str:
        """The mapping as the text of a file."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str | bytes) -> Mapping:
        """Read a mapping from a file's text. Raises: InvalidMapping."""
        if len(text) > JSON_MAX:
            raise InvalidMapping([_("The mapping is too long to be one.")])
        try:
            return cls.from_json(json.loads(text))
        except (ValueError, RecursionError) as error:
            if isinstance(error, InvalidMapping):
                raise
            raise InvalidMapping([_("The mapping is not JSON: %(error)s.") % {"error": error}]) from None

    @classmethod
    def from_json(cls, value: object) -> Mapping:
        """Read a mapping from JSON. Raises: InvalidMapping, with every problem."""
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise InvalidMapping([_("The mapping must be an object with “format”: “%(name)s”.") % {"name": FORMAT}])
        problems: list[str] = []
        known = {key: item for key, item in value.items() if key != "format"}
        parts: dict[str, Any] = dict(_known(cls, known, "", problems))
        files = parts.pop("files", [])
        if not isinstance(files, list | tuple) or not all(isinstance(item, dict) for item in files):
            problems.append(_("“files” must be a list of objects with “name” and “columns”."))
            files = []
        parts["files"] = tuple(_part(FileMapping, item, f"files/{i}", problems) for i, item in enumerate(files))
        for name, kind in (("groups", GroupDefaults), ("members", MemberDefaults)):
            if name in parts:
                parts[name] = _part(kind, parts[name], name, problems)
        parts["blank_words"] = tuple(parts.get("blank_words", ()))
        if problems:
            raise InvalidMapping(problems)
        mapping = cls(**parts)
        problems = _problems(mapping)
        if problems:
            raise InvalidMapping(problems)
        return mapping


_TYPES: MappingType[str, tuple[type, ...]] = {
    "columns": (dict,), "periods": (dict,), "values": (dict,), "rules": (dict,), "scale": (int,),
    "blank_words": (list, tuple), "files": (list, tuple), "groups": (dict,), "members": (dict,),
}  # fmt: skip


def _known(kind: type, value: object, where: str, problems: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        problems.append(_("“%(where)s” must be an object.") % {"where": where})
        return {}
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]  # only dataclasses come here
    found = {}
    for key, item in value.items():
        place = f"{where}/{key}" if where else str(key)
        if key not in names:
            text = _("“%(place)s” is not known; there are: %(names)s.")
            problems.append(text % {"place": place, "names": ", ".join(names)})
        elif not isinstance(item, _TYPES.get(key, (str,))) or isinstance(item, bool):
            wanted = _TYPES.get(key, (str,))[0].__name__
            problems.append(_("“%(place)s” must be of type %(type)s.") % {"place": place, "type": wanted})
        else:
            found[key] = item
    return found


def _part(kind: type, value: object, where: str, problems: list[str]) -> Any:
    found = _known(kind, value, where, problems)
    if kind is FileMapping:
        found = {"name": "", "columns": {}, **found}
    return kind(**found)


def _problems(mapping: Mapping) -> list[str]:
    """Everything in a mapping that is no choice, no day, or a field that is used twice."""
    found = []
    one_of = [
        ("surplus_decimals", mapping.surplus_decimals, SURPLUS),
        ("groups/kind", mapping.groups.kind, KINDS),
        ("groups/template", mapping.groups.template, ("", *TEMPLATES)),
        ("currency", mapping.currency, ("", *DECIMALS)),
    ]
    for index, part in enumerate(mapping.files):
        one_of += [
            (f"files/{index}/decimal_sign", part.decimal_sign, (DETECT, *SIGNS)),
            (f"files/{index}/date_order", part.date_order, (DETECT, *DATE_ORDERS)),
        ]
        found += _column_problems(part)
    for place, given, allowed in one_of:
        if given not in allowed:
            text = _("“%(place)s” is “%(given)s”; choose one of: %(names)s.")
            names = ", ".join(name or "“”" for name in allowed[:20])
            found.append(text % {"place": place, "given": given, "names": names})
    days = {f"periods/{period}": day for period, day in mapping.periods.items()}
    days |= {
        f"groups/{name}": getattr(mapping.groups, name) for name in ("formed_on", "cycle_starts_on", "cycle_ends_on")
    }
    days |= {f"members/{name}": getattr(mapping.members, name) for name in ("joined_on", "goal_due_on")}
    for place, day in days.items():
        if day and not _is_day(day):
            found.append(_("“%(place)s” is “%(given)s”; write a day like 2026-03-31.") % {"place": place, "given": day})
    for name, words in mapping.values.items():
        if name not in CHOICES or not isinstance(words, dict):
            found.append(_("“values/%(name)s” is no field with choices.") % {"name": name})
            continue
        for given in words.values():
            if given not in CHOICES[name].values():
                names = ", ".join(dict.fromkeys(CHOICES[name].values()))
                text = _("“%(place)s” is “%(given)s”; choose one of: %(names)s.")
                found.append(text % {"place": f"values/{name}", "given": given, "names": names})
    for place, pattern in (("groups/name", mapping.groups.name), ("members/name", mapping.members.name)):
        try:
            fill(pattern, group="1", member_number="1")
        except (KeyError, ValueError, IndexError, AttributeError):
            text = _("“%(place)s” is “%(given)s”; it may hold only {group} and {member_number}.")
            found.append(text % {"place": place, "given": pattern})
    return found


def _column_problems(part: FileMapping) -> list[str]:
    found = []
    fields = [name for name in part.columns.values() if name]
    for heading, name in part.columns.items():
        if not isinstance(name, str) or (name and name not in FIELDS):
            text = _("The column “%(heading)s” is mapped to “%(given)s”, which is no field; there are: %(names)s.")
            found.append(text % {"heading": heading, "given": name, "names": ", ".join(FIELDS)})
    for name in dict.fromkeys(fields):
        if fields.count(name) > 1:
            text = _("In %(file)s, %(count)s columns are mapped to “%(name)s”; keep one of them.")
            found.append(text % {"file": part.name, "count": fields.count(name), "name": name})
    return found


def _is_day(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return len(str(text)) == 10


def fill(pattern: str, *, group: str, member_number: str = "") -> str:
    """A name made from its pattern. Raises: KeyError, ValueError for anything but {group} and {member_number}."""
    return (
        pattern.replace("{group}", "\0")
        .replace("{member_number}", "\1")
        .format()
        .replace("\0", group)
        .replace("\1", member_number)
    )


def propose(tables: Sequence[Table], *, currency: str = "") -> Mapping:
    """A mapping to begin with: each column by its heading, every period with its day left open."""
    files: list[FileMapping] = []
    periods: dict[str, str] = {}
    for table in tables:
        columns: dict[str, str] = {}
        for heading in table.header:
            name = proposed_field(heading)
            columns[heading] = "" if name in columns.values() else name
        if "held_on" in columns.values() and "period" in columns.values():
            columns = {heading: "" if name == "period" else name for heading, name in columns.items()}
        for heading, name in columns.items():
            if name == "period":
                periods |= {read_key(cell): "" for _number, cell in table.column(heading) if cell}
        files.append(FileMapping(table.file, columns))
    ordered = dict(sorted(periods.items(), key=lambda item: (len(item[0]), item[0])))
    return replace(Mapping(), files=tuple(files), periods=ordered, currency=currency)
