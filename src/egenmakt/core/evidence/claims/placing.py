"""An author's prose with claims placed in it, made into what renderers draw; what is typed by hand is marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from egenmakt.core.evidence.blocks import Bullets, Inline, Placed, Prose, Text
from egenmakt.core.evidence.claims.by_hand import Typed, typed_numbers
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.ids import nearest
from egenmakt.core.evidence.claims.prose import PLACE, Paragraph, Sentence, paragraphs, sentences
from egenmakt.core.evidence.claims.values import (
    ComparisonValue,
    FigureValue,
    FloorValue,
    OutsideValue,
    PictureValue,
    RangeValue,
    TableValue,
    WordsValue,
)
from egenmakt.core.evidence.claims.writing import Writer

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sv": ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"),
    "en": (
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ),
}  # fmt: skip
"""Up to twelve, as both languages write numbers in a sentence."""


ALONE: Final = "alone"
"""What a table, a picture or several figures have instead of parts: they stand in a paragraph by themselves."""


class NoSuchPart(KeyError):
    """A claim has no part of that name."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A number that somebody typed, and where."""

    paragraph: int
    start: int
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A claim that cannot be placed: there is none of that code, or it has no such part."""

    paragraph: int
    start: int
    code: str
    part: str
    sentence: str
    nearest: str = ""
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"Paragraph {self.paragraph}: "
        if self.parts == (ALONE,):
            return f"{where}{self.code} stands in a paragraph by itself."
        if self.parts:
            return f"{where}{self.code} has no part {self.part!r}; it has {', '.join(self.parts)}."
        return f"{where}there is no claim {self.code!r}." + (f" Did you mean {self.nearest}?" if self.nearest else "")


@dataclass(frozen=True, slots=True)
class Alone:
    """A claim that stands in a paragraph by itself and is shown as a table, a quotation or a picture."""

    claim: str


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text of an author as blocks, what in it stands on no claim, and what could not be placed."""

    blocks: tuple[Prose | Bullets | Alone, ...]
    by_hand: tuple[ByHand, ...]
    misplaced: tuple[Misplaced, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The claims that stand in it, each once, in their order."""
        found: dict[str, None] = {}
        for block in self.blocks:
            match block:
                case Alone(claim=claim):
                    found[claim] = None
                case Prose(inlines=inlines):
                    found |= {one.claim: None for one in inlines if isinstance(one, Placed)}
                case Bullets(items=items):
                    found |= {one.claim: None for item in items for one in item if isinstance(one, Placed)}
        return tuple(found)


def place(*, text: str, claims: Mapping[str, Claim], writer: Writer, language: str) -> PlacedText:
    """A text with its claims written in the language. What is wrong is listed, and left in the text as it was typed."""
    blocks: list[Prose | Bullets | Alone] = []
    items: list[tuple[Inline, ...]] = []
    by_hand: list[ByHand] = []
    misplaced: list[Misplaced] = []
    for paragraph in paragraphs(text):
        alone = PLACE.fullmatch(paragraph.text)
        if not paragraph.is_bullet and items:
            blocks.append(Bullets(tuple(items)))
            items = []
        if alone and alone["part"] is None and _stands_alone(claims.get(alone["code"])):
            blocks.append(Alone(alone["code"]))
            continue
        inlines = tuple(_inlines(paragraph, claims, writer, language, by_hand, misplaced))
        if paragraph.is_bullet:
            items.append(inlines)
        else:
            blocks.append(Prose(inlines))
    if items:
        blocks.append(Bullets(tuple(items)))
    return PlacedText(tuple(blocks), tuple(by_hand), tuple(misplaced))


def written(claim: Claim, *, writer: Writer, language: str, part: str = "") -> str:
    """A claim, or a part of it, as it stands in a sentence. Raises: NoSuchPart, naming the parts that it has."""
    parts = _parts(claim, writer, language)
    if not parts:
        raise NoSuchPart(part, (ALONE,))
    parts["period"] = lambda: writer.period(*claim.period)
    if part not in parts:
        raise NoSuchPart(part, tuple(name for name in parts if name and name != "period"))
    return parts[part]()


def parts_of(claim: Claim, *, writer: Writer, language: str) -> tuple[str, ...]:
    """The names of the parts that can be placed: share, n, low, high, difference, words."""
    return tuple(name for name in _parts(claim, writer, language) if name)


def _stands_alone(claim: Claim | None) -> bool:
    return claim is not None and claim.kind in ("table", "quotation", "picture")


def _inlines(
    paragraph: Paragraph,
    claims: Mapping[str, Claim],
    writer: Writer,
    language: str,
    by_hand: list[ByHand],
    misplaced: list[Misplaced],
) -> Iterator[Inline]:
    whole = tuple(sentences(paragraph))
    at = 0
    found: list[Typed | re.Match[str]] = [*PLACE.finditer(paragraph.text), *typed_numbers(paragraph.text, language)]
    for one in sorted(found, key=_start):
        start = _start(one)
        if at < start:
            yield Text(paragraph.text[at:start])
        said = _sentence_at(whole, start)
        if isinstance(one, Typed):
            at = one.end
            by_hand.append(ByHand(paragraph.number, start, one.text, said))
            yield Text(one.text, unproved=True)
            continue
        at = one.end()
        code, part = one["code"], one["part"] or ""
        claim = claims.get(code)
        try:
            if claim is None:
                misplaced.append(Misplaced(paragraph.number, start, code, part, said, nearest(code, claims)))
                yield Text(one[0], unproved=True)
            else:
                yield Placed(code, written(claim, writer=writer, language=language, part=part))
        except NoSuchPart as error:
            misplaced.append(Misplaced(paragraph.number, start, code, part, said, parts=error.args[1]))
            yield Text(one[0], unproved=True)
    if at < len(paragraph.text):
        yield Text(paragraph.text[at:])


def _start(one: Typed | re.Match[str]) -> int:
    return one.start if isinstance(one, Typed) else one.start()


def _sentence_at(whole: tuple[Sentence, ...], start: int) -> str:
    return next((one.text for one in reversed(whole) if one.start <= start), "")


_Write = Callable[[], str]


def _parts(claim: Claim, writer: Writer, language: str) -> dict[str, _Write]:
    """How each part of a claim is written; the one without a name is the claim itself."""
    value = claim.value
    match value:
        case FigureValue():
            return _figure_parts(claim, value, writer, language)
        case FloorValue():
            return {
                "": lambda: _amount(claim, value.at_least, writer),
                "value": lambda: _amount(claim, value.value, writer),
                "n": lambda: writer.number(value.n),
            }
        case RangeValue():
            low, high = (_amount(claim, one, writer) for one in (value.low, value.high))
            return {
                "": lambda: _between(claim, value, writer),
                "low": lambda: low,
                "high": lambda: high,
                "n": lambda: writer.number(value.n),
            }
        case ComparisonValue():
            return _comparison_parts(claim, value, writer)
        case WordsValue():
            return {"": lambda: value.words, "words": lambda: value.words}
        case OutsideValue(rows=(row,)):
            of = row.of
            plain: dict[str, _Write] = {"": lambda: writer.number(row.value), "words": lambda: row.label}
            if of:
                share = {"": lambda: writer.share(row.value, of), "share": lambda: writer.share(row.value, of)}
                return {**plain, **share, "value": lambda: writer.number(row.value), "n": lambda: writer.number(of)}
            return plain
        case PictureValue() | TableValue() | OutsideValue():
            return {}


def _figure_parts(claim: Claim, value: FigureValue, writer: Writer, language: str) -> dict[str, _Write]:
    of, low, high = value.of, value.low, value.high
    parts: dict[str, _Write] = {"": lambda: _amount(claim, value.value, writer), "n": lambda: writer.number(value.n)}
    if of is not None:
        parts |= {"value": lambda: writer.number(value.value), "n": lambda: writer.number(of)}
        if of:
            parts |= {"share": lambda: writer.share(value.value, of)}
            if claim.kind == "share":
                parts[""] = parts["share"]
    if low is not None and high is not None:
        parts |= {"low": lambda: writer.parts(low), "high": lambda: writer.parts(high)}
    words = _WORDS.get(language.split("-")[0], ())
    if claim.kind == "number" and 0 <= value.value < len(words):
        parts["words"] = lambda: words[value.value]
    return parts


def _comparison_parts(claim: Claim, value: ComparisonValue, writer: Writer) -> dict[str, _Write]:
    is_share = value.of is not None

    def difference(amount: int) -> str:
        return writer.points(amount) if is_share else _amount(claim, amount, writer)

    parts: dict[str, _Write] = {
        "": lambda: difference(value.difference),
        "difference": lambda: difference(value.difference),
        "value": lambda: _amount(claim, value.value, writer),
        "against": lambda: _amount(claim, value.against, writer),
        "n": lambda: writer.number(value.n),
    }
    if value.of and value.against_of:
        parts["share"] = lambda: writer.share(value.value, value.of or 1)
        parts["against"] = lambda: writer.share(value.against, value.against_of or 1)
    if value.low is not None and value.high is not None:
        parts |= {"low": lambda: difference(value.low or 0), "high": lambda: difference(value.high or 0)}
    return parts


def _amount(claim: Claim, value: int, writer: Writer) -> str:
    return writer.money(value, claim.currency) if claim.currency else writer.number(value)


def _between(claim: Claim, value: RangeValue, writer: Writer) -> str:
    if not claim.currency:
        return writer.between(writer.number(value.low), writer.number(value.high))
    low, high = writer.money(value.low, claim.currency), writer.money(value.high, claim.currency)
    # the currency once: 40–150 USD, USD 40–150
    sign = claim.currency
    if low.endswith(sign) and high.endswith(sign):
        return writer.between(low.removesuffix(sign).rstrip(), high)
    return writer.between(low, high.removeprefix(sign).lstrip())
