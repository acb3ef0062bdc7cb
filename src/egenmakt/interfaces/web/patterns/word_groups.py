"""The words by which the tellers of one group differ from all others: in one language at a time, by voice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.stories.services.wording import texts_of
from egenmakt.apps.stories.words import fold, words_as_written
from egenmakt.core.disclosure import CannotProtect, CountTable, ProtectedTable, Suppressed, protect
from egenmakt.core.patterns.keyness import GroupWord, TellerWords, teller_words, words_of_groups
from egenmakt.core.patterns.table import NotATable, SeveralColumn, StonesColumn
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.patterns import blocks
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.figures import of_voice, only_all
from egenmakt.interfaces.web.patterns.groups import Group, column_of, side_by_side
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.published import PublishedCounts, Shown
from egenmakt.interfaces.web.patterns.requests import pattern_page, voice_cells
from egenmakt.interfaces.web.patterns.selection import Reading, Selection, read
from egenmakt.interfaces.web.patterns.sentences import number
from egenmakt.interfaces.web.patterns.side_by_side import sides
from egenmakt.interfaces.web.patterns.words import voice_word
from egenmakt.interfaces.web.patterns.working import worked_out
from egenmakt.interfaces.web.templatetags.parts import own_name

READ_MOST = 5_000
"""Stories whose words are counted, the latest received first: folding so many takes some seconds."""
LISTED_MOST = 60
"""Words in the list of a voice; the rest is counted."""


@dataclass(frozen=True, slots=True, eq=False)
class WordsFound:
    """What the page says of each voice; tables are in tellers and hold no number that may not be shown."""

    counts: PublishedCounts
    found: Sequence[GroupWord]
    compared: int
    stories: int
    left_out: int
    written: Mapping[str, str]
    """Each word as it is most often written."""
    tables: Mapping[tuple[str, str], ProtectedTable]
    """By voice and word: tellers by group and whether they use it."""
    tellers: Mapping[str, int]


@pattern_page
def word_groups(request: HttpRequest, framework_id: UUID, name: str) -> HttpResponse:
    """The page of the words that groups differ by, for who may read the stories that they stand in."""
    reading = read(request, framework_id)
    selection, group = reading.selection, Group.of(name)
    column = column_of(selection.whole, group)
    if not selection.is_free:
        raise NotAllowed("You may see these patterns, but not read the stories behind them.")
    if isinstance(column, StonesColumn):
        raise NotATable("Words are compared by a choice, a scale or a triad.")
    title = _("Words by “%(question)s”") % {"question": reading.words.question(name)}
    above = [Crumb(reading.words.question(group.code), reading.url("pattern_question", group.code))]
    if isinstance(column, SeveralColumn):
        items = [
            (reading.words.mark(name, option), reading.url("pattern_words", f"{name}.{option}"))
            for option in column.options
        ]
        which = _("“%(question)s” takes several answers. Which of them?") % {"question": reading.words.question(name)}
        counts = worked_out(selection.key("all"), lambda: only_all(selection))
        shown = [blocks.links(items, title=which)]
        return blocks.show(
            request, reading, title=title, blocks=shown, stories=voice_cells(reading, counts), above=above
        )
    told = languages_of(selection)
    language = told[0][0] if told else ""
    texts = _texts(request, selection, language)
    key = selection.key("words", name, language, hash(frozenset(texts)))
    found = worked_out(key, lambda: find_words(selection, group, texts))
    shown = [_which_words(found, language)]
    for voice in selection.shown_voices:
        if len(selection.shown_voices) > 1:
            shown.append(blocks.heading(voice_word(voice or TOGETHER)))
        shown += _voice(reading, found, group, voice, language)
    others = [(own_name(each), reading.url("pattern_words", name, language=each)) for each, _n in told[1:]]
    if others and not selection.filters.language:
        shown.append(blocks.links(others, title=_("Stories told in another language")))
    return blocks.show(
        request, reading, title=title, blocks=shown, stories=voice_cells(reading, found.counts), above=above,
        hidden=sum(isinstance(n, Suppressed) for table in found.tables.values() for n in table.values.values()),
    )  # fmt: skip


def languages_of(selection: Selection) -> list[tuple[str, int]]:
    """The languages in which the page's stories were told, the most frequent first; what is filtered by comes first."""
    place = {id: row for row, id in enumerate(selection.data.table.ids)}
    languages = selection.data.languages
    codes = languages.codes[[place[id] for id in selection.table.ids]]
    counted = Counter(languages.names[code] for code in codes if code >= 0)
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _texts(request: HttpRequest, selection: Selection, language: str) -> dict[str, str]:
    rounds = [each.id for each in selection.chosen]
    found = texts_of(user=request.user, round_ids=rounds, language=language, most=READ_MOST)
    inside = set(selection.table.ids)
    return {id: text for id, text in found.items() if id in inside}


def find_words(selection: Selection, group: Group, texts: Mapping[str, str]) -> WordsFound:
    """Count words by tellers, compare them, and protect what is listed. It asks no database."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    said: dict[str, set[str]] = {}
    for id, text in texts.items():
        said[id] = set()
        for word, written in words_as_written(text):
            if not word.isdigit():
                said[id].add(word)
                spelt[word][written] += 1
    parts: dict[str, TellerWords] = {}
    for voice in selection.shown_voices:
        whole = of_voice(selection.table, voice)
        some = whole.take(np.array([id in said for id in whole.ids], dtype=np.bool_))
        divided, _there = side_by_side(some, group)
        parts[voice or TOGETHER] = teller_words(
            words=[said[id] for id in some.ids],
            tellers=some.tellers.codes,
            groups=divided.categories,
            group=divided.codes,
            least=selection.k,
        )
    found, compared = words_of_groups(parts=parts)
    listed = [each for voice in parts for each in [one for one in found if one.part == voice][:LISTED_MOST]]
    language_stories = len(texts)
    return WordsFound(
        counts=only_all(selection),
        found=listed,
        compared=compared,
        stories=language_stories,
        left_out=selection.table.size - language_stories,
        written={word: _usual(spelt[word]) for word in {each.word for each in listed}},
        tables=_protected(parts, listed, selection.k),
        tellers={voice: int(one.group.size) for voice, one in parts.items()},
    )


def _usual(spellings: Counter[str]) -> str:
    """The spelling that is met most; in small letters where it is met so at all."""
    most = max(spellings.items(), key=lambda each: (each[1], each[0]))[0]
    return most.lower() if most.lower() in spellings else most


def _protected(
    parts: Mapping[str, TellerWords], listed: Sequence[GroupWord], k: int
) -> dict[tuple[str, str], ProtectedTable]:
    """Tellers by group and word, for each word that is listed: hidden where few, all tables of the page together."""
    tables: list[CountTable] = []
    names: dict[tuple[str, str], str] = {}
    for voice, word in sorted({(each.part, each.word) for each in listed}):
        part = parts[voice]
        column = part.used[:, part.words.index(word)]
        counts: Counter[tuple[str, ...]] = Counter(
            (part.groups[group], "yes" if used else "no") for group, used in zip(part.group, column, strict=True)
        )
        name = str(len(tables))
        names[voice, word] = name
        tables.append(
            CountTable(
                name=name,
                dimensions=(("group", part.groups), (f"word {word}", ("no", "yes"))),
                counts=dict(counts),
                where=(("voice", (voice,)),),
            )
        )
    try:
        found = protect(tables, k=k) if tables else None
    except CannotProtect:
        return {}
    return {key: found[name] for key, name in names.items()} if found is not None else {}


def _which_words(found: WordsFound, language: str) -> Block:
    return blocks.words(
        _(
            "Words of the stories told in %(language)s that you may read: %(stories)s; left out: %(others)s. "
            "A teller counts once, in the group of most of her stories."
        )
        % {
            "stories": formats.number_text(found.stories),
            "language": own_name(language) if language else "–",
            "others": formats.number_text(found.left_out),
        }
    )


def _voice(reading: Reading, found: WordsFound, group: Group, voice: str | None, language: str) -> list[Block]:
    part = voice or TOGETHER
    listed = [each for each in found.found if each.part == part]
    k = formats.number_text(reading.selection.k)
    tellers = found.tellers[part]
    sober = [
        _("n = %(n)s tellers; words that fewer than %(k)s of them use are left out.")
        % {"n": formats.number_text(tellers) if tellers >= reading.selection.k else "∗", "k": k},
        _(
            "%(count)s comparisons on this page, by Fisher's exact test, two-sided; of the words that are listed, at "
            "most one in twenty is chance (Benjamini–Hochberg)."
        )
        % {"count": formats.number_text(found.compared)},
    ]
    if not listed:
        return [blocks.finding(_("No word is shown to differ. That is not proof that none does."), sober)]
    headline = _("The tellers of these groups differ by words.")
    rows = [_row(reading, found, group, each, voice, language) for each in listed]
    table = Table(
        caption=_("Words, the clearest first"),
        columns=[
            Column(_("Word")),
            Column(_("Group")),
            Column(_("Tellers there"), is_numeric=True),
            Column(_("All others"), is_numeric=True),
            Column(_("There it is")),
        ],
        rows=rows,
    )
    return [blocks.finding(headline, sober), blocks.table(table)]


def _row(reading: Reading, found: WordsFound, group: Group, each: GroupWord, voice: str | None, language: str) -> Row:
    label, mark = next((text, mark) for side, text, mark in sides(reading, group) if side == each.group)
    table = found.tables.get((each.part, each.word))

    def at(side: str | None, used: str | None) -> Shown:
        return table.at(side, used) if table is not None else Suppressed.WITHHELD

    def less(whole: Shown, part: Shown) -> Shown:
        return whole - part if isinstance(whole, int) and isinstance(part, int) else Suppressed.COMPLEMENTARY

    url = reading.stories_url(mark, voice=voice or TOGETHER, language=language, word=each.word)
    here = Cell(at(each.group, "yes"), at(each.group, None), url)
    there = Cell(less(at(None, "yes"), here.shown), less(at(None, None), at(each.group, None)))
    return Row(
        [
            formats.isolated_text(found.written[each.word]),
            label,
            here.in_table(),
            there.in_table(),
            _how_common(each, here, there),
        ]
    )


def _how_common(each: GroupWord, here: Cell, there: Cell) -> str:
    if here.share is None or there.share is None:
        return _("more common") if each.log_ratio > 0 else _("rarer")
    if not there.number or not here.number:
        return _("only there") if here.number else _("never there")
    times = number(float(max(here.share / there.share, there.share / here.share)), 1)
    text = _("%(times)s times as common") if each.log_ratio > 0 else _("%(times)s times as rare")
    return text % {"times": times}


def stories_with(request: HttpRequest, reading: Reading, word: str) -> set[str]:
    """The stories of the page in which a word stands, among those in one language that the reader may read."""
    told = languages_of(reading.selection)
    texts = _texts(request, reading.selection, told[0][0]) if told else {}
    wanted = fold(word)
    return {id for id, text in texts.items() if wanted in fold(text).split()}


urlpatterns: list[URLPattern] = [
    path("patterns/<uuid:framework_id>/words/<str:name>/", word_groups, name="pattern_words"),
]
