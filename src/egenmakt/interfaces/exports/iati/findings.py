"""What is wrong in a file: where, in a sentence, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]
Kind = Literal["file", "schema", "code list", "ruleset", "difference"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or looks wrong."""

    kind: Kind
    rule: str
    """The number of the rule, the name of the list, or what the schema calls it."""
    severity: Severity
    line: int
    path: str
    sentence: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "kind": self.kind, "rule": self.rule, "severity": self.severity, "line": self.line,
            "path": self.path, "sentence": self.sentence, "remedy": self.remedy,
        }  # fmt: skip

    def __str__(self) -> str:
        place = f"{self.line}: {self.path}" if self.path else f"{self.line}"
        return f"{place}: {self.severity} ({self.kind} {self.rule}): {self.sentence} — {self.remedy}"


def place(found: Any) -> tuple[int, str]:
    """The line and the path of what an XPath has found: an element, an attribute or a text."""
    if hasattr(found, "getparent") and hasattr(found, "is_attribute"):  # lxml's text that knows where it stood
        parent = found.getparent()
        name = str(found.attrname).replace("{http://www.w3.org/XML/1998/namespace}", "xml:") if found.attrname else ""
        end = f"/@{name}" if found.is_attribute else "/text()"
        return parent.sourceline or 0, parent.getroottree().getpath(parent) + end
    return found.sourceline or 0, found.getroottree().getpath(found)


def text_of(found: Any) -> str:
    """The text of what an XPath has found; an element's is its own."""
    return str(found) if isinstance(found, str) else (found.text or "")
