"""Reading XML from strangers: no document type, no entities, nothing fetched, nothing without bounds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as say
from lxml import etree

BYTES_MAX = 200 * 1024 * 1024
"""The largest file that is held in memory as a whole; counting reads piece by piece and has no such bound."""

Element = Any  # lxml has no types of its own
Source = bytes | Path

_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
}
"""`huge_tree=False` keeps the bounds of libxml2: depth 256, texts of 10 MB, how far entities may grow."""


class UnsafeXml(ValueError):
    """The file declares a document type or entities, or is larger than what is read."""


class NotXml(ValueError):
    """The file is not well-formed XML."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


def _opened(source: Source) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _refuse_doctype(root: Element) -> None:
    about = root.getroottree().docinfo
    if about.doctype or about.internalDTD is not None:
        raise UnsafeXml(say("The file declares a document type (DOCTYPE). IATI files have none, and it can do harm."))


def _not_xml(error: etree.XMLSyntaxError) -> NotXml:
    line = error.position[0] if error.position else 0
    return NotXml(say("The file is not well-formed XML: %(why)s") % {"why": error.msg}, line)


def elements(source: Source, *tags: str) -> Iterator[Element]:
    """Read a file piece by piece: each element with one of the tags, which is forgotten after its turn.

    Elements of these tags must not lie inside each other. Raises: UnsafeXml, NotXml – perhaps in the middle.
    """
    with _opened(source) as file:
        events = etree.iterparse(file, events=("start", "end"), **_SAFE)
        depth = 0
        try:
            for event, element in events:
                if event == "start":
                    if depth == 0:
                        _refuse_doctype(element)
                    depth += 1
                    continue
                depth -= 1
                if element.tag in tags:
                    yield element
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise _not_xml(error) from None


def root_of(source: Source) -> Element:
    """The root of a file, with its attributes but without what is in it. Raises: UnsafeXml, NotXml."""
    with _opened(source) as file:
        try:
            for _, element in etree.iterparse(file, events=("start",), **_SAFE):
                _refuse_doctype(element)
                return element
        except etree.XMLSyntaxError as error:
            raise _not_xml(error) from None
    raise NotXml(say("The file is empty."))


def whole(source: Source) -> Element:
    """The root of a file, read as a whole. Raises: UnsafeXml, NotXml."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > BYTES_MAX:
        raise UnsafeXml(
            say("The file has %(size)s bytes; up to %(most)s are checked at once.") % {"size": size, "most": BYTES_MAX}
        )
    root_of(source)  # what is declared before the root is judged before anything is built from it
    with _opened(source) as file:
        try:
            root = etree.parse(file, etree.XMLParser(**_SAFE)).getroot()
        except etree.XMLSyntaxError as error:
            raise _not_xml(error) from None
    _refuse_doctype(root)
    return root
