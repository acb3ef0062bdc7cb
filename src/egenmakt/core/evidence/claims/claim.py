"""A claim: one number, comparison, picture or quotation of a report, with what it stands on. It checks itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from egenmakt.core.canonical import JsonValue, NotCanonical, fingerprint
from egenmakt.core.evidence.claims.ids import is_code
from egenmakt.core.evidence.claims.queries import (
    NotAQuery,
    OutsideQuery,
    Query,
    StoryQuery,
    asked_in,
    query_to_json,
    read_query,
)
from egenmakt.core.evidence.claims.values import (
    ClaimValue,
    ComparisonValue,
    FigureValue,
    FloorValue,
    NotAValue,
    OutsideValue,
    PictureValue,
    RangeValue,
    TableValue,
    WordsValue,
)

SCHEMA: Final = "egenmakt.claim.1"
Kind = Literal[
    "number", "share", "money", "at_least", "range", "comparison", "table", "quotation", "picture", "outside"
]
KINDS: Final[Mapping[Kind, type[ClaimValue]]] = {
    "number": FigureValue,
    "share": FigureValue,
    "money": FigureValue,
    "at_least": FloorValue,
    "range": RangeValue,
    "comparison": ComparisonValue,
    "table": TableValue,
    "quotation": WordsValue,
    "picture": PictureValue,
    "outside": OutsideValue,
}
"""Each kind of claim and the value that it holds."""
PUBLIC_PURPOSES: Final[Mapping[str, tuple[str, ...]]] = {"quotation": ("public_text",), "picture": ("photo",)}
"""What a teller must have agreed to before a claim may be published."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class NotAClaim(ValueError):
    """A claim lacks its evidence, or contradicts itself. It names the claim."""


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """That somebody agreed: to what, to which text, how, when, and the fingerprint of the record of it."""

    purpose: str
    version: str
    given: str
    given_at: str
    record: str

    def __post_init__(self) -> None:
        if not all((self.purpose, self.version, self.given, self.given_at)):
            raise NotAClaim("A proof of consent says to what, to which text, how and when.")
        if not _SHA256.fullmatch(self.record):
            raise NotAClaim("A proof of consent has the SHA-256 of the consent's record.")

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written in claims.json."""
        return {name: getattr(self, name) for name in _CONSENT}

    @staticmethod
    def from_json(data: object) -> ConsentProof:
        """From what is written. Raises: NotAClaim."""
        if not isinstance(data, Mapping) or set(data) != set(_CONSENT):
            raise NotAClaim(f"A proof of consent has {', '.join(_CONSENT)}.")
        if not all(isinstance(value, str) for value in data.values()):
            raise NotAClaim("A proof of consent is made of texts.")
        return ConsentProof(**data)


_CONSENT: Final = ("purpose", "version", "given", "given_at", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim. `statement` and `method` are in each language of the report; the last day of `period` is exclusive."""

    code: str
    kind: Kind
    statement: Mapping[str, str]
    query: Query
    value: ClaimValue
    period: tuple[date, date]
    method: Mapping[str, str]
    data_version: str
    consent: ConsentProof | None = None

    def __post_init__(self) -> None:
        if not is_code(self.code):
            raise NotAClaim(f"{self.code!r:.70} is no code of a claim: small letters and digits, joined by hyphens.")
        for holds, sentence in self._rules():
            if not holds:
                raise NotAClaim(f"{self.code}: {sentence}")

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        days = [(asked.from_on, asked.until_on) for asked in asked_in(self.query)][:1]
        return (
            (self.kind in get_args(Kind), f"{self.kind!r} is no kind of claim."),
            (isinstance(self.value, KINDS.get(self.kind, ())), f"the value is not that of a {self.kind}."),
            (_is_query_of(self.kind, self.query), f"the query is not that of a {self.kind}."),
            (bool(self.statement) and all(self.statement.values()), "it states something, in words."),
            (self.period[0] < self.period[1], "a period has at least one day, and its last day is exclusive."),
            (not days or days[0] == self.period, "its period is not the one that its query asks for."),
            (bool(_SHA256.fullmatch(self.data_version)), "its data version is no SHA-256."),
            (self.kind in PUBLIC_PURPOSES or self.consent is None, f"a {self.kind} has no proof of consent."),
            (_words_fit(self.query, self.value), "the words are not those that the query names."),
            (
                self.kind != "share" or (isinstance(self.value, FigureValue) and self.value.of is not None),
                "a share is a part of something.",
            ),
        )

    @property
    def n(self) -> int:
        """How many people, groups or stories stand behind."""
        match self.value:
            case FigureValue() | FloorValue() | RangeValue() | TableValue() | ComparisonValue():
                return self.value.n
            case WordsValue() | PictureValue():
                return 1
            case OutsideValue():
                return 0

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the question, the answer, n, the facts and the consent: what it is that the words claim."""
        return fingerprint(
            {
                "query": query_to_json(self.query),
                "value": self.value.to_json(),
                "n": self.n,
                "data_version": self.data_version,
                "consent": self.consent.to_json() if self.consent else None,
            }
        )

    @property
    def number(self) -> Fraction | None:
        """The number itself, a share as a part of one; None for what is no single number."""
        match self.value:
            case FigureValue(value=value, of=of):
                return Fraction(value, of or 1)
            case FloorValue(value=value):
                return Fraction(value)
            case OutsideValue(rows=(row,)):
                return Fraction(row.value, row.of or 1)
            case _:
                return None

    @property
    def is_share(self) -> bool:
        """Whether its number is a part of a whole."""
        match self.value:
            case FigureValue(of=of) | ComparisonValue(of=of):
                return of is not None
            case OutsideValue(rows=(row,)):
                return row.of is not None
            case _:
                return False

    @property
    def currency(self) -> str:
        """The currency of an amount, or nothing."""
        for asked in asked_in(self.query):
            return str(asked.cell.get("currency", "") or "")
        return ""

    @property
    def may_be_published(self) -> bool:
        """Whether consent is proved for what needs it."""
        needed = PUBLIC_PURPOSES.get(self.kind, ())
        return not needed or (self.consent is not None and self.consent.purpose in needed)

    def to_json(self) -> dict[str, JsonValue]:
        """As it is written; spec/claim.schema.json."""
        return {
            "schema": SCHEMA,
            "code": self.code,
            "kind": self.kind,
            "statement": dict(self.statement),
            "query": query_to_json(self.query),
            "value": self.value.to_json(),
            "period": [day.isoformat() for day in self.period],
            "method": dict(self.method),
            "data_version": self.data_version,
            "fingerprint": self.fingerprint,
            "consent": self.consent.to_json() if self.consent else None,
        }


_FIELDS: Final = (
    "schema", "code", "kind", "statement", "query", "value", "period", "method", "data_version", "fingerprint",
    "consent",
)  # fmt: skip


def read_claim(data: Any) -> Claim:
    """A claim from its JSON. Raises: NotAClaim, also where the fingerprint is that of another claim."""
    if not isinstance(data, Mapping) or not isinstance(data.get("code"), str):
        raise NotAClaim(f"{data!r:.60} is no claim.")
    code = data["code"]
    if set(data) != set(_FIELDS) or data["schema"] != SCHEMA:
        raise NotAClaim(f"{code}: a claim of {SCHEMA} has exactly {', '.join(_FIELDS)}.")
    kind = next((known for known in KINDS if known == data["kind"]), None)
    if kind is None:
        raise NotAClaim(f"{code}: {data['kind']!r:.40} is no kind of claim.")
    try:
        claim = Claim(
            code=code,
            kind=kind,
            statement=_texts(data["statement"]),
            query=read_query(kind, data["query"]),
            value=KINDS[kind].from_json(data["value"]),
            period=_period(data["period"]),
            method=_texts(data["method"]),
            data_version=str(data["data_version"]),
            consent=None if data["consent"] is None else ConsentProof.from_json(data["consent"]),
        )
        made = claim.fingerprint
    except (NotAQuery, NotAValue, NotCanonical, ValueError) as error:
        sentence = str(error)
        raise NotAClaim(sentence if sentence.startswith(f"{code}:") else f"{code}: {sentence}") from None
    if made != data["fingerprint"]:
        raise NotAClaim(f"{code}: its fingerprint is that of another claim; query, value or consent was changed.")
    return claim


def words_sha256(words: str) -> str:
    """How a quotation names its words."""
    return hashlib.sha256(words.encode("utf-8")).hexdigest()


def _is_query_of(kind: str, query: Query) -> bool:
    try:
        return read_query(kind, query_to_json(query)) == query
    except (NotAQuery, NotAValue):
        return False


def _words_fit(query: Query, value: ClaimValue) -> bool:
    if isinstance(value, WordsValue) and isinstance(query, StoryQuery):
        return words_sha256(value.words) == query.sha256
    if isinstance(value, OutsideValue) and isinstance(query, OutsideQuery):
        return value.rows == query.rows
    return True


def _texts(data: object) -> dict[str, str]:
    if not isinstance(data, Mapping) or not all(isinstance(one, str) for one in (*data, *data.values())):
        raise NotAValue("Statements and methods are texts by language.")
    return dict(data)


def _period(data: object) -> tuple[date, date]:
    if not isinstance(data, list) or len(data) != 2 or not all(isinstance(one, str) for one in data):
        raise NotAValue("A period is two days.")
    return date.fromisoformat(data[0]), date.fromisoformat(data[1])
