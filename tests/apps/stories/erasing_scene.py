"""A story told with a marker in every place that takes words, withdrawn, and looked for in every byte that is left.

Run as a program with EGENMAKT_HOME (and DATABASE_URL) of an empty installation, so that the database is a real file
with a real log. Prints as JSON what was found of each marker: before, after, and after the story was sent once more.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

MARKERS = {
    name: f"qxz{number:02d}{name.replace('_', '')}zxq"
    for number, name in enumerate(
        (
            "title", "text", "own_words", "open_answer", "place", "translation", "annotation", "mask", "moderation",
            "concern", "draft", "other_version", "refused", "recording", "outcome",
        )
    )
}  # fmt: skip
STAYS = "qxzstayszxq"
"""In the story of somebody else: it is found all the time, so that a search which finds nothing proves something."""


def main() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "egenmakt.project.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    json.dump(play(), sys.stdout)


def play() -> dict[str, Any]:
    from egenmakt.apps.stories.facts import write_facts
    from egenmakt.apps.stories.services.erasing import give_back_space, withdraw
    from tests.support.stories import AT, begin_round, slip
    from tests.support.tree import grow

    compress_nothing()
    telling = begin_round(grow(), is_moderated=True)
    for _ in range(30):
        telling.tell()
    telling.tell(text=f"Somebody else's {STAYS} story.")
    document = seed(telling)
    write_facts(organisation_id=telling.round.organisation_id, month="2026-03")
    before = look_for(document)
    forgotten = withdraw(code=slip("Amina"), at=AT + timedelta(days=1))
    give_back_space()
    after = look_for(document)
    again = [telling.send(document).status, telling.send({**document, "title": "Anything"}).status]
    return {
        "before": before,
        "after": after,
        "again": again,
        "after_again": look_for(document),
        "recalled": [each.recipient for each in forgotten.exports],
        "tables": rows(document),
    }


def compress_nothing() -> None:
    """PostgreSQL compresses long values, in which no search would find a word: keep them as they are."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE relkind = 'r' AND relname LIKE 'stories_%' AND attnum > 0 AND attstorage = 'x'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STORAGE EXTERNAL')


def seed(telling: Any) -> dict[str, Any]:
    """Tell the story, and put something beside it in every table."""
    from uuid6 import uuid7

    from egenmakt.apps.access.models import User
    from egenmakt.apps.people.models import Node
    from egenmakt.apps.stories.models import Attachment, Story
    from egenmakt.apps.stories.services.attachments import read_attachment, store_attachment
    from egenmakt.apps.stories.services.beside import accept_masks, add_translation, annotate
    from egenmakt.apps.stories.services.drafts import save_draft
    from egenmakt.apps.stories.services.exporting import record_export
    from egenmakt.apps.stories.services.moderating import flag_safeguarding, lift_flag, moderate
    from egenmakt.apps.stories.services.reading import read_story_page
    from tests.support.stories import AT, slip

    people = {user.name: user for user in User.objects.all()}
    amina, muthoni, nafula = people["Amina"], people["Muthoni"], people["Nafula"]
    audio = b"OggS" + MARKERS["recording"].encode() * 50
    attachment = {
        "id": str(uuid7()),
        "kind": "audio",
        "sha256": hashlib.sha256(audio).hexdigest(),
        "bytes": len(audio),
        "media_type": "audio/ogg",
    }
    photo = picture()
    second = {
        "id": str(uuid7()),
        "kind": "photo",
        "sha256": hashlib.sha256(photo).hexdigest(),
        "bytes": len(photo),
        "media_type": "image/jpeg",
    }
    answers: dict[str, Any] = {}
    shows = {
        each.show_if.question: each.show_if.any_of[0]
        for each in telling.framework.questions
        if each.show_if and each.type == "text"
    }
    for question in telling.framework.questions:
        if option := shows.get(question.code) or question.own_words:
            several = question.type in ("change_type", "several")
            answers[question.code] = {"value": [option] if several else option}
            if option == question.own_words:
                answers[question.code]["own_words"] = MARKERS["own_words"]
        elif question.type == "text":
            answers[question.code] = {"value": MARKERS["open_answer"]}
    document: dict[str, Any] = telling.document(
        code=slip("Amina"),
        title=MARKERS["title"],
        text=f"It was {MARKERS['text']} and nobody knew.",
        where={"level": "district", "name": MARKERS["place"]},
        answers=answers,
        purposes={"voice": True, "photo": True},
        attachments=[attachment, second],
    )
    save_draft(
        id=UUID(document["id"]),
        round=telling.round,
        typed={"consent": document["consent"], "text": MARKERS["draft"]},
        at=AT,
    )
    receipt = telling.send(document)
    assert receipt.status == "accepted", receipt
    story = Story.objects.get(id=document["id"])
    store_attachment(attachment=Attachment.objects.get(id=attachment["id"]), content=audio, by=telling.by, at=AT)
    store_attachment(attachment=Attachment.objects.get(id=second["id"]), content=photo, by=telling.by, at=AT)
    read_attachment(attachment=Attachment.objects.get(id=attachment["id"]), by=amina, at=AT)
    moderate(id=uuid7(), story=story, decision="wait", reason=MARKERS["moderation"], by=amina, at=AT)
    moderate(id=uuid7(), story=story, decision="approve", by=amina, at=AT)
    add_translation(id=uuid7(), story=story, language="sw", text=MARKERS["translation"], by=amina, at=AT)
    annotate(id=uuid7(), story=story, words=MARKERS["annotation"], by=muthoni, at=AT)
    masks = [{"field": "text", "start": 0, "end": 2, "replacement": MARKERS["mask"]}]
    accept_masks(id=uuid7(), story=story, language="en", masks=masks, by=amina, at=AT)
    read_story_page(story_id=story.id, by=muthoni, at=AT)
    record_export(
        id=uuid7(), node=Node.objects.get(id=story.node_id), story_ids=[story.id], purpose="donor", format="xlsx",
        file_name="stories.xlsx", recipient="Giver", by=amina, at=AT,
    )  # fmt: skip
    flag_safeguarding(story=story, concern=MARKERS["concern"], by=amina, at=AT)
    lift_flag(story=story, outcome=MARKERS["outcome"], by=nafula, at=AT)
    assert telling.send({**document, "title": MARKERS["other_version"]}).status == "quarantined"
    refused = telling.document(code=slip("Amina"), text=MARKERS["refused"], language="not one")
    assert telling.send(refused).status == "refused"
    return document


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 90)).save(out, "JPEG")
    return out.getvalue()


def look_for(document: dict[str, Any]) -> dict[str, list[str]]:
    """Where each marker, the story's id, its teller's key and its slip are found, small or capital."""
    home = Path(os.environ["EGENMAKT_HOME"])
    wanted = {name: [word.encode()] for name, word in {**MARKERS, "stays": STAYS}.items()}
    for name, id in (("id", document["id"]), ("teller", document["teller"]["key"])):
        plain = UUID(id)
        wanted[name] = [str(plain).encode(), plain.hex.encode(), plain.bytes]
    wanted["slip"] = [document["withdrawal"].encode()]
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for where, content in [*database_bytes(home), *file_bytes(home), *dumped()]:
        small = content.lower()
        for name, forms in wanted.items():
            if any(form in content or form in small for form in forms):
                found[name].append(where)
    return found


def database_bytes(home: Path) -> list[tuple[str, bytes]]:
    from django.db import connection

    if connection.vendor == "sqlite":
        return [(path.name, path.read_bytes()) for path in sorted(home.glob("egenmakt.sqlite3*"))]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        data = Path(cursor.fetchone()[0])
    # pg_wal holds what was written lately, and goes round: docs/decisions/erasure.md says for how long
    paths = [path for path in sorted(data.rglob("*")) if path.is_file() and "pg_wal" not in path.parts]
    return [(str(path.relative_to(data)), path.read_bytes()) for path in paths]


def file_bytes(home: Path) -> list[tuple[str, bytes]]:
    paths = [path for path in sorted(home.rglob("*")) if path.is_file() and "sqlite3" not in path.name]
    return [(f"files: {path.relative_to(home)}", path.read_bytes()) for path in paths]


def dumped() -> list[tuple[str, bytes]]:
    """Every table as a backup would hold it: JSON in which no compression hides a word."""
    from egenmakt.interfaces.exports.backup.tables import label, lines, tables

    return [(f"table: {label(model)}", b"".join(lines(model))) for model in tables()]


def rows(document: dict[str, Any]) -> dict[str, int]:
    """How many rows each table has, and how many files lie in the store."""
    from django.apps import apps

    from egenmakt.apps.stories.files import store_folder

    counts = {model.__name__: model._base_manager.count() for model in apps.get_app_config("stories").get_models()}
    return {**counts, "files": sum(path.is_file() for path in store_folder().rglob("*"))}


if __name__ == "__main__":
    main()
