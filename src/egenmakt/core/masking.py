"""What in a text could point to a person, proposed for masking before the text leaves. People decide.

Offsets count code points, as Python's strings do. Digits of every script count as digits; a word ends where neither a
letter, a digit nor a mark follows, which holds in Devanagari and Arabic too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from egenmakt.core.words import _


class Kind(StrEnum):
    """What may be read out of a place in a text."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    PLACE = "place"
    ID_NUMBER = "id_number"
    BIRTH = "date_of_birth"


INSTEAD: dict[str, dict[Kind, str]] = {
    language: dict(zip(Kind, words.split("|"), strict=True))
    for language, words in {
        "en": "name|phone|e-mail|link|place|number|date of birth",
        "sv": "namn|telefon|e-post|länk|plats|nummer|födelsedatum",
        "fr": "nom|téléphone|courriel|lien|lieu|numéro|date de naissance",
        "es": "nombre|teléfono|correo|enlace|lugar|número|fecha de nacimiento",
        "pt": "nome|telefone|e-mail|ligação|lugar|número|data de nascimento",
        "sw": "jina|simu|barua pepe|kiungo|mahali|namba|tarehe ya kuzaliwa",
        "ar": "اسم|هاتف|بريد إلكتروني|رابط|مكان|رقم|تاريخ الميلاد",
        "hi": "नाम|फ़ोन|ईमेल|लिंक|जगह|नंबर|जन्म तिथि",
        "ne": "नाम|फोन|इमेल|लिङ्क|ठाउँ|नम्बर|जन्म मिति",
    }.items()
}
"""What stands in place of what was masked, in the language of the text; English where the language is not here."""

SHORT_TITLES = "mr|mrs|ms|dr|prof|rev|sr|sra|st|smt"
"""With or without a full stop."""
TITLES = (
    "miss|madam|sir|sister|brother|aunt|uncle|pastor|reverend|chief|headman|imam|sheikh|"
    "herr|fru|fröken|pastorn|monsieur|madame|mme|mlle|señor|señora|sra|dona|doña|senhor|senhora|"
    "bwana|mzee|mama|bibi|ndugu|dada|mwalimu|shri|श्री|श्रीमती|सुश्री|السيد|السيدة|الأستاذ|الأستاذة|الشيخ|الحاج"
)
NAMED = (
    "my name is|my name's|i am called|mitt namn är|jag heter|hon heter|han heter|je m'appelle|je m’appelle|mon nom est|"
    "me llamo|mi nombre es|meu nome é|chamo-me|me chamo|jina langu ni|naitwa|anaitwa|ninaitwa|dzina langa ndine|"
    "ishina lyandi nine|ishina lyandi ni|magacaygu waa|मेरा नाम|मेरो नाम|اسمي|إسمي"
)
BORN = (
    "date of birth|dob|born on|born in|born|födelsedatum|född den|född|né le|née le|nacido el|nacida el|nascido em|"
    "nascida em|alizaliwa tarehe|alizaliwa|nilizaliwa|जन्म तिथि|जन्म मिति|जन्म|تاريخ الميلاد|مواليد|ولدت في|ولد في"
)
CARDS = (
    "nrc|national registration|identity card|id card|id no|id number|passport|personnummer|aadhaar|aadhar|nin|bvn|"
    "citizenship no|carte d'identité|cédula|bilhete de identidade|kitambulisho|pasipoti|pass nr|नागरिकता|आधार|"
    "رقم الهوية|رقم البطاقة|جواز السفر"
)
BEFORE = ("و", "ف", "ب", "ل", "ك")
"""Arabic words of one letter that are written together with the name that follows."""
AFTER = (
    "s",
    "'s",
    "ns",
    "n's",
    "ले",
    "लाई",
    "को",
    "का",
    "की",
    "के",
    "मा",
    "ने",
    "से",
    "बाट",
    "सँग",
    "सित",
    "जी",
    "हरू",
    "हरूले",
)
"""Endings that are written together with a name."""

_SPACE = "[ \u00a0\u2009\u202f]"
_GAP = r"[ \u00a0\u2009\u202f().\-–/]"
_ZERO = "[0٠۰०০੦૦௦౦೦൦๐၀០]"
_HIGH = "[6-9٦-٩۶-۹६-९৬-৯]"
_DATE = (
    r"(?:\d{1,2}[./\- ]\d{1,2}[./\- ](?:\d{4}|\d{2})|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}"
    r"|\d{1,2}\.? [^\W\d_]{3,20}\.?,? \d{4})"
)


def _any(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One place in a text that could be masked: [start, end) in code points, what to put there, and why."""

    start: int
    end: int
    kind: Kind
    instead: str
    why: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a proposal from {self.start} to {self.end} covers nothing")


@dataclass(frozen=True)
class _Pattern:
    kind: Kind
    why: str
    regex: re.Pattern[str]


def _pattern(kind: Kind, why: str, regex: str) -> _Pattern:
    return _Pattern(kind, why, re.compile(regex, re.IGNORECASE))


PATTERNS = (
    _pattern(
        Kind.EMAIL,
        _("looks like an e-mail address"),
        r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}",
    ),
    _pattern(Kind.LINK, _("is a link"), r"(?:https?://|www\.)[^\s<>\"]+[^\s<>\".,;:!?)\]]"),
    _pattern(
        Kind.LINK,
        _("is a link"),
        r"(?<![\w@.\-])(?:[a-z0-9\-]{1,63}\.){1,5}(?:com|org|net|info|se|me|ly|io|co\.\w\w|ac\.\w\w|\w\w\.com)(?![\w.])(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]])?",
    ),
    _pattern(Kind.LINK, _("looks like a name on a social network"), r"(?<![\w.@])@[\w.]{2,29}\w"),
    _pattern(
        Kind.LINK,
        _("looks like a name on a social network"),
        r"(?<!\w)(?:facebook|whatsapp|instagram|telegram|tiktok|twitter|snapchat|messenger)\s?:\s?(?P<it>[^\s,;]{3,})",
    ),
    _pattern(
        Kind.PLACE,
        _("looks like coordinates"),
        r"(?<![\w.])[+\-−]?\d{1,2}[.٫]\d{3,}°?\s?[NS]?\s?[,;،/ ]\s?[+\-−]?\d{1,3}[.٫]\d{3,}(?:°?\s?[EWÖVO](?!\w)|°)?",
    ),
    _pattern(
        Kind.PLACE,
        _("looks like coordinates"),
        r"(?<!\w)\d{1,3}°\s?\d{1,2}(?:\.\d+)?['′’](?:\s?\d{1,2}(?:\.\d+)?(?:[\"″”]|''))?\s?[NSEWÖVO](?!\w)",
    ),
    _pattern(
        Kind.BIRTH, _("is a date of birth"), rf"(?<!\w)(?:{_any(BORN.split('|'))})\s?[:：]?\s?(?P<it>{_DATE})(?!\d)"
    ),
    _pattern(
        Kind.ID_NUMBER,
        _("looks like the number of an identity card"),
        rf"(?<!\w)(?:{_any(CARDS.split('|'))})(?:\s?(?:number|no|nr|is|är|ni|es|é|est|है|हो|هو)\b)*[\s.:#]{{0,3}}"
        rf"(?P<it>(?=(?:[^\W_]|[/\-])*\d(?:[/\- ]?\d){{3}})(?:[^\W_]|[/\-]){{4,20}}(?:{_SPACE}\d{{2,6}}){{0,3}})",
    ),
    _pattern(Kind.ID_NUMBER, _("looks like the number of an identity card"), r"(?<![\w/])\d{6}/\d{2}/\d(?![\w/])"),
    _pattern(
        Kind.ID_NUMBER,
        _("looks like the number of an identity card"),
        r"(?<![\w\-])(?:\d\d)?\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[\-+]\d{4}(?![\w\-])",
    ),
    _pattern(
        Kind.ID_NUMBER,
        _("looks like the number of an identity card"),
        rf"(?<![\w\-]){_HIGH[:-1]}2-5२-५]\d{{3}}{_SPACE}\d{{4}}{_SPACE}\d{{4}}(?!{_SPACE}?\d)",
    ),
    _pattern(
        Kind.PHONE,
        _("looks like a phone number"),
        rf"(?<![\w+])\(?(?:\+{_SPACE}?|{_ZERO}{{2}}{_SPACE}?(?=[1-9]))\d(?:{_GAP}{{0,2}}\d){{6,13}}(?!\d)",
    ),
    _pattern(
        Kind.PHONE,
        _("looks like a phone number"),
        rf"(?<![\w.,+/\-])(?!{_DATE}(?!\d))\(?{_ZERO}\d(?:{_GAP}{{0,2}}\d){{6,10}}(?!\d)",
    ),
    _pattern(
        Kind.PHONE,
        _("looks like a phone number"),
        rf"(?<![\w.,+/\-])(?!\d+0{{5}}(?!\d))(?:{_HIGH}\d{{9}}|{_HIGH}\d{{4}}[ \-]\d{{5}}"
        r"|\(?\d{3}\)?[\-.]\d{3}[\-.]\d{4}"
        r"|(?:25[0-9]|26[0-9]|22[0-9]|9[1-9]\d?|880|977)\d{8,10})(?![\d]|[.,]\d)",
    ),
    _pattern(
        Kind.ID_NUMBER,
        _("is a long number, perhaps of a card or an account"),
        r"(?<![\w.,])(?!\d+0{5}(?!\d))\d{9,}(?![\d])",
    ),
    _pattern(Kind.ID_NUMBER, _("looks like the number of an identity card"), r"(?<!\w)(?-i:[A-Z]{1,2})\d{6,9}(?!\w)"),
)


def proposals(
    text: str, *, names: Collection[str] = (), places: Collection[str] = (), language: str = "en"
) -> list[Proposal]:
    """Propose what to mask in a story, in the order of the text, none overlapping another.

    `names` are people known to the group, `places` those finer than may be shown. Both are found in any case, with or
    without accents, with the usual endings, and name by name. `language` decides what is put instead.
    """
    words = INSTEAD.get(language.split("-")[0], INSTEAD["en"])
    found = [*_by_pattern(text), *_introduced(text)]
    folded = _Folded(text)
    found += [(*span, Kind.NAME, _("is a name of somebody known here")) for span in folded.all_of(names, parts=True)]
    found += [
        (*span, Kind.PLACE, _("is a place finer than may be shown")) for span in folded.all_of(places, parts=False)
    ]
    return [
        Proposal(start=start, end=end, kind=kind, instead=f"[{words[kind]}]", why=why)
        for start, end, kind, why in _joined(text, found)
    ]


def masked(text: str, accepted: Sequence[Proposal]) -> str:
    """The text with the accepted proposals carried out; overlapping ones become one. Nothing else changes."""
    if any(proposal.end > len(text) for proposal in accepted):
        raise ValueError("a proposal lies beyond the end of the text: it was made for another text")
    pieces, at = [], 0
    for proposal in sorted(accepted, key=lambda one: (one.start, -one.end)):
        if proposal.start >= at:
            pieces += [text[at : proposal.start], proposal.instead]
        at = max(at, proposal.end)
    return "".join([*pieces, text[at:]])


_Found = tuple[int, int, Kind, str]


def _by_pattern(text: str) -> Iterator[_Found]:
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(text):
            start, end = match.span("it" if "it" in pattern.regex.groupindex else 0)
            yield start, end, pattern.kind, pattern.why


def _is_word(character: str) -> bool:
    # marks are part of a word: without them a Devanagari word would end at its first vowel sign
    return character.isalnum() or character in "\u200c\u200d" or unicodedata.category(character)[0] == "M"


_INTRODUCING = re.compile(
    rf"(?<!\w)(?:(?P<title>(?:{_any(SHORT_TITLES.split('|'))})\.?|{_any(TITLES.split('|'))})|(?P<named>{_any(NAMED.split('|'))})){_SPACE}*[:：]?{_SPACE}+",
    re.IGNORECASE,
)


def _introduced(text: str) -> Iterator[_Found]:
    """What follows a title or "my name is": up to three words with capitals, or one in a script without them."""
    for match in _INTRODUCING.finditer(text):
        start = end = match.end()
        for number in range(3):
            begin = end + (1 if number and text[end : end + 1] == " " else 0)
            stop = begin
            while stop < len(text) and (_is_word(text[stop]) or (stop > begin and text[stop] in "-'’")):
                stop += 1
            first = text[begin : begin + 1]
            has_case = first.lower() != first.upper()
            if stop == begin or (number and begin == end) or (has_case and not first.isupper()):
                break
            if not has_case and (number or not first.isalpha()):
                break
            end = stop
        if end > start and any(_is_word(character) for character in text[start:end]):
            why = _("follows a title") if match["title"] else _("follows words that introduce a name")
            yield start, end, Kind.NAME, why


_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "’": "'"})


def _fold(character: str) -> str:
    """A letter without case, accent or Arabic vowel sign; what stands for a sound in Indian scripts stays."""
    plain = unicodedata.normalize("NFD", character.translate(_ALIKE)).casefold()
    return "".join(one for one in plain if not ("\u0300" <= one <= "\u036f" or "\u064b" <= one <= "\u0655"))


class _Folded:
    """A text made comparable, with the way back from each of its characters to the original."""

    def __init__(self, text: str) -> None:
        parts = [_fold(character) for character in text]
        self.text = "".join(parts)
        self.origin = [at for at, part in enumerate(parts) for _one in part]

    def all_of(self, names: Collection[str], *, parts: bool) -> Iterator[tuple[int, int]]:
        """Where any of these names stands, as [start, end) in the original text."""
        wanted = {"".join(map(_fold, " ".join(name.split()))) for name in names}
        if parts:
            wanted |= {part for name in wanted for part in re.split(r"[ \-]", name) if len(part) >= 3}
        wanted.discard("")
        if not wanted:
            return
        spaced = _any(wanted).replace(r"\ ", r"\s+")
        for match in re.finditer(rf"(?={'|'.join(sorted(BEFORE))}|)(?P<it>{spaced})", self.text):
            start, end = match.span("it")
            if self._begins(start) and self._ends(end):
                yield self.origin[start], self._original_end(end)

    def _original_end(self, end: int) -> int:
        """The end in the original, with the accents that were folded away."""
        return self.origin[end] if end < len(self.origin) else self.origin[-1] + 1

    def _begins(self, start: int) -> bool:
        if start == 0 or not _is_word(self.text[start - 1]):
            return True
        return self.text[start - 1] in BEFORE and (start == 1 or not _is_word(self.text[start - 2]))

    def _ends(self, end: int) -> bool:
        rest = end
        while rest < len(self.text) and (_is_word(self.text[rest]) or self.text[rest] in "'’"):
            rest += 1
        return self.text[end:rest].strip("'’") == "" or self.text[end:rest] in AFTER


def _joined(text: str, found: list[_Found]) -> list[_Found]:
    """Overlapping places become one, of the kind of the longest; names with a space between become one name."""
    joined: list[_Found] = []
    longest = 0
    for start, end, kind, why in sorted(found, key=lambda one: (one[0], -one[1])):
        if joined:
            before, until, their, reason = joined[-1]
            touching = kind is their is Kind.NAME and text[until:start].strip(" \u00a0") == "" and start - until <= 1
            if start < until or touching:
                chosen = kind if end - start > longest else their
                reasons = reason if why in reason else f"{reason}; {why}"
                longest = max(longest, end - start)
                joined[-1] = (before, max(until, end), chosen, reasons)
                continue
        joined.append((start, end, kind, why))
        longest = end - start
    return joined
