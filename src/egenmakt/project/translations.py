"""Translations without GNU gettext: `python -m egenmakt.project.translations update|merge|check|compile`.

update   write what is new in the code and the templates into each language's django.po, and drop what is gone
merge    the same, taking translations from other .po files too: merge FILE …
check    say what is missing, doubtful or out of date, and end with 1 if anything is
compile  write the .mo files that Django reads; they are not kept in the repository
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import django
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
LOCALES = PACKAGE / "locale"
LANGUAGES = ("sv",)
FORM_LANGUAGES = ("ar", "ne")
"""Languages in which a teller meets the form, but in which nobody works: only those texts are kept for them.

Both are made by machine and have not been reviewed by a speaker.
"""

KEYWORDS: dict[str, Any] = {  # Any: Babel's own shape of "which argument is what"
    "_": None,
    "say": None,  # gettext where _ is gettext_lazy
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


Found = tuple[int, Any, list[str], str | None]  # Any: a text, or the texts of singular and plural


def extract_template(
    file: IO[bytes], keywords: dict[str, Any], comment_tags: list[str], options: dict[str, Any]
) -> Iterator[Found]:
    """Find the texts of a Django template: Django turns it into calls, Babel reads the calls."""
    calls = templatize(file.read().decode("utf-8"))
    # What Django leaves of the rest has a page's indentation, which is none of Python's.
    flat = "\n".join(line.strip() for line in calls.splitlines())
    return extract_python(io.BytesIO(flat.encode("utf-8")), keywords, comment_tags, {})


def extract() -> Catalog:
    """Every text of the code and the templates."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    catalog = Catalog(project="egenmakt", charset="utf-8")
    methods: list[tuple[str, Any]] = [  # Any: Babel takes a name or a function
        ("**/migrations/**", "ignore"),
        ("**.py", "python"),
        ("**/templates/**.html", extract_template),
    ]
    for _, _, message, comments, context in extract_from_dir(PACKAGE, methods, keywords=KEYWORDS):
        catalog.add(message, auto_comments=comments, context=context)
    return catalog


def path_of(language: str) -> Path:
    """Where a language's texts are."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """A .po file, or an empty catalogue when there is none yet."""
    if not path.exists():
        return Catalog(locale=language, project="egenmakt", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, more: Iterable[Path] = ()) -> Catalog:
    """The catalogue as it should be: what is there and in `more`, for just the texts that are used now."""
    known = read(path_of(language), language)
    sources = [known, *(read(other, language) for other in more)]
    result = Catalog(locale=language, project="egenmakt", charset="utf-8")
    for message in extract():
        if message.id:
            translated = next(filter(None, (_translation(source, message) for source in sources)), None)
            flags = message.flags | (translated.flags & {"fuzzy"} if translated else set())
            string = translated.string if translated else ""
            result.add(message.id, string, flags=flags, context=message.context)
    return result


def _translation(catalog: Catalog, wanted: Message) -> Message | None:
    """The message of a catalogue with the same id, if all of it is translated."""
    found = catalog.get(wanted.id, wanted.context)
    strings = found.string if found and isinstance(found.string, tuple | list) else [found.string if found else ""]
    return found if all(strings) else None


def written(catalog: Catalog) -> bytes:
    """A catalogue as the bytes of its .po file: the same texts always give the same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, omit_header=True, ignore_obsolete=True)
    head = (
        f'# Egenmakt, {catalog.locale}\nmsgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"MIME-Version: 1.0\\n"\n'
    )
    head += '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    return f'{head}"Plural-Forms: {catalog.plural_forms}\\n"\n\n'.encode() + buffer.getvalue().strip() + b"\n"


def translated_part(language: str) -> Catalog:
    """The catalogue of a language of which only a part is translated: what is there, and still used."""
    whole = updated(language)
    part = Catalog(locale=language, project="egenmakt", charset="utf-8")
    for message in whole:
        if message.id and _translation(whole, message):
            part.add(message.id, message.string, flags=message.flags, context=message.context)
    return part


def problems(language: str, *, is_part: bool = False) -> list[str]:
    """What is wrong with a language's texts, one sentence each."""
    path = path_of(language)
    catalog = read(path, language)
    found = []
    for message in catalog:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        name = f"{language}: {message.id!r}"
        if message.id and not all(strings):
            found.append(f"{name} is not translated.")
        if message.id and message.fuzzy:
            found.append(f"{name} is marked as doubtful (fuzzy).")
        if message.id:
            found.extend(f"{name}: {error}" for error in message.check(catalog))
    found.extend(f"{language}: {message.id!r} is no longer used." for message in catalog.obsolete.values())
    wanted = translated_part if is_part else updated
    if not found and (not path.exists() or path.read_bytes() != written(wanted(language))):
        found.append(f"{language}: the file differs from the code; run: make translations")
    return found


def compile_all() -> list[Path]:
    """Write the .mo file of each language that has a .po file."""
    made = []
    for language in (*LANGUAGES, *FORM_LANGUAGES):
        if path_of(language).exists():
            target = path_of(language).with_suffix(".mo")
            with target.open("wb") as file:
                write_mo(file, read(path_of(language), language))
            made.append(target)
    return made


def main(words: list[str]) -> int:
    """Do what the first word says."""
    match words:
        case ["update"] | ["merge", *_]:
            for language in LANGUAGES:
                content = written(updated(language, [Path(word) for word in words[1:]]))
                path_of(language).parent.mkdir(parents=True, exist_ok=True)
                path_of(language).write_bytes(content)
            for language in FORM_LANGUAGES:
                path_of(language).write_bytes(written(translated_part(language)))
            compile_all()
        case ["check"]:
            found = [problem for language in LANGUAGES for problem in problems(language)]
            found += [problem for language in FORM_LANGUAGES for problem in problems(language, is_part=True)]
            sys.stderr.writelines(f"{problem}\n" for problem in found)
            return 1 if found else 0
        case ["compile"]:
            compile_all()
        case _:
            sys.stderr.write(str(__doc__) + "\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
