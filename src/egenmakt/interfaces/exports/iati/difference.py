"""What a new file changes against the one that was published last, and what must not happen between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as say
from lxml import etree

from egenmakt.interfaces.exports.iati import safe_xml
from egenmakt.interfaces.exports.iati.findings import Finding
from egenmakt.interfaces.exports.iati.safe_xml import Element, Source

What = Literal["added", "removed", "changed"]
_RECORDS = {"iati-activity": "iati-identifier", "iati-organisation": "organisation-identifier"}
_WHEN_WRITTEN = frozenset({"last-updated-datetime", "generated-datetime"})
_XML = "{http://www.w3.org/XML/1998/namespace}"
_NAMING = ("ref", "type", "code", "role", "vocabulary", f"{_XML}lang", "year", "measure", "url", "name", "level")
"""Attributes that say which one of several an element is; the others say something about it."""
_NAMING_BELOW = (
    "transaction-type/@code", "transaction-date/@iso-date", "period-start/@iso-date", "title/narrative[1]",
    "recipient-org/@ref", "recipient-country/@code", "recipient-region/@code", "dimension/@name", "dimension/@value",
)  # fmt: skip
_ACTUAL = {"2": "actual start", "4": "actual end", "start-actual": "actual start", "end-actual": "actual end"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different in one record. The path is that in the new file; of what is gone, in the old one."""

    identifier: str
    what: What
    path: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that is different between two files."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]
    warnings: tuple[Finding, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """The records that are in both files, and not the same."""
        return tuple(dict.fromkeys(change.identifier for change in self.changes))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": [
                {"identifier": one.identifier, "what": one.what, "path": one.path, "old": one.old, "new": one.new}
                for one in self.changes
            ],
            "warnings": [one.as_json() for one in self.warnings],
        }


def difference(old: Source, new: Source) -> Difference:
    """Compare two files. The order of records and of elements, spaces, and when a record was written do not count.

    Raises: UnsafeXml, NotXml.
    """
    before, after = _records(safe_xml.whole(old)), _records(safe_xml.whole(new))
    changes: list[Change] = []
    warnings: list[Finding] = []
    for identifier in sorted(before.keys() & after.keys()):
        changes += [
            Change(identifier, what, path, was, now)
            for what, path, was, now in _compared(before[identifier], after[identifier], "")
        ]
        warnings += _dates(identifier, before[identifier], after[identifier])
    removed = tuple(sorted(before.keys() - after.keys()))
    gone = [_gone(identifier, before[identifier]) for identifier in removed]
    return Difference(tuple(sorted(after.keys() - before.keys())), removed, tuple(changes), (*gone, *warnings))


def _records(root: Element) -> dict[str, Element]:
    found = {}
    for record in root:
        naming = _RECORDS.get(record.tag) if isinstance(record.tag, str) else None
        if naming is not None:
            found[(record.findtext(naming) or "").strip()] = record
    return found


def _text(element: Element) -> str:
    return " ".join((element.text or "").split())


def _canonical(element: Element) -> str:
    attributes = sorted((name, value) for name, value in element.attrib.items() if name not in _WHEN_WRITTEN)
    inner = sorted(_canonical(child) for child in _children(element))
    return repr((element.tag, attributes, _text(element), inner))


def _children(element: Element) -> list[Element]:
    return [child for child in element if isinstance(child.tag, str)]  # comments are not content


def _key(element: Element) -> tuple[object, ...]:
    below = tuple(
        tuple(" ".join(str(getattr(one, "text", one) or "").split()) for one in element.xpath(path))
        for path in _NAMING_BELOW
    )
    return (*(element.get(name) for name in _NAMING), below)


def _step(element: Element) -> str:
    same = [one for one in element.getparent() if one.tag == element.tag]
    return f"{element.tag}[{same.index(element) + 1}]" if len(same) > 1 else str(element.tag)


_Row = tuple[What, str, str, str]


def _compared(old: Element, new: Element, path: str) -> Iterator[_Row]:
    for name in sorted({*old.attrib, *new.attrib} - _WHEN_WRITTEN):
        was, now = old.get(name), new.get(name)
        if was != now:
            what: What = "added" if was is None else "removed" if now is None else "changed"
            yield what, f"{path}/@{name.replace(_XML, 'xml:')}", was or "", now or ""
    if _text(old) != _text(new):
        yield "changed", path or ".", _text(old), _text(new)
    for tag in dict.fromkeys(child.tag for child in (*_children(old), *_children(new))):
        yield from _siblings(old.findall(tag), new.findall(tag), path)


def _siblings(old: list[Element], new: list[Element], path: str) -> Iterator[_Row]:
    """Elements of one name: the same ones first, then those that name the same thing, then the one that is left."""
    same = Counter(map(_canonical, old)) & Counter(map(_canonical, new))
    before, after = _without(old, same), _without(new, same)
    theirs: dict[tuple[object, ...], list[Element]] = {}
    for one in reversed(after):
        theirs.setdefault(_key(one), []).append(one)
    pairs = [(one, theirs[key].pop()) for one in before if theirs.get(key := _key(one))]
    paired_before, paired_after = {id(one) for one, _ in pairs}, {id(one) for _, one in pairs}
    left = [one for one in before if id(one) not in paired_before]
    come = [one for one in after if id(one) not in paired_after]
    if len(left) == len(come) == 1:
        pairs.append((left.pop(), come.pop()))
    for one, other in pairs:
        yield from _compared(one, other, f"{path}/{_step(other)}")
    yield from (("removed", f"{path}/{_step(one)}", _shown(one), "") for one in left)
    yield from (("added", f"{path}/{_step(one)}", "", _shown(one)) for one in come)


def _without(elements: list[Element], same: Counter[str]) -> list[Element]:
    left = Counter(same)
    found = []
    for one in elements:
        text = _canonical(one)
        if left[text]:
            left[text] -= 1
        else:
            found.append(one)
    return found


def _shown(element: Element) -> str:
    written = " ".join(etree.tostring(element, encoding="unicode", with_tail=False).split())
    return written if len(written) <= 200 else written[:199] + "…"


def _gone(identifier: str, record: Element) -> Finding:
    return Finding(
        "difference", "identifier", "error", record.sourceline or 0, "",
        say("%(id)s was published and is not in the new file.") % {"id": identifier},
        say("Keep it, with a new status where it has ended: others refer to it. For safety it may have to go."),
    )  # fmt: skip


def _dates(identifier: str, old: Element, new: Element) -> Iterator[Finding]:
    before = {one.get("type"): one.get("iso-date") or "" for one in old.iterfind("activity-date")}
    after = {one.get("type"): one for one in new.iterfind("activity-date")}
    for kind in _ACTUAL.keys() & before.keys():
        was = before[kind]
        if kind not in after:
            yield Finding(
                "difference", "actual date", "warning", new.sourceline or 0, "activity-date",
                say("%(id)s: the day on which it started or ended (%(was)s) was published and is gone.")
                % {"id": identifier, "was": was},
                say("Write it again, or be ready to say why."),
            )  # fmt: skip
        elif (after[kind].get("iso-date") or "") < was:
            yield Finding(
                "difference", "actual date", "warning", after[kind].sourceline or 0, _step(after[kind]),
                say("%(id)s: the day on which it started or ended went back from %(was)s to %(now)s.")
                % {"id": identifier, "was": was, "now": after[kind].get("iso-date") or ""},
                say("Correct the day, or be ready to say why."),
            )  # fmt: skip
