"""What the database itself keeps: the teller's own words and answers, and that what was erased stays away.

A story, and whatever hangs on it, is removed in one way only: an Erased row with the hash of its id comes first.
"""

from __future__ import annotations

from egenmakt.apps.audit.guards import Guard, append_only

_OWN = "The teller's own words, answers and consent are never changed; others write beside them."
_KEPT = "A story is removed only by erasing it."
_GONE = "This story was erased and does not come back."
_FROZEN = "A framework that was used is never changed; make a new version."


def _refusing(name: str, table: str, when: str, sqlite: str, postgresql: str, message: str, each: str = "ROW") -> Guard:
    """A trigger that refuses a deed where a condition holds; the conditions differ by what each database can ask."""
    condition_here = f" WHEN {sqlite}" if sqlite else ""
    text = message.replace("'", "''")
    function = f"{name}_refuse"
    body = f"RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation';"
    if postgresql:
        body = f"IF {postgresql} THEN {body} END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    return Guard(
        name=name,
        table=table,
        sqlite=f"CREATE TRIGGER {name} BEFORE {when} ON {table}{condition_here} "
        f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
        if each == "ROW"
        else "",
        postgresql=f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        f"BEGIN {body} END $body$; "
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
    )


def _unchanging(table: str, columns: tuple[str, ...], message: str = _OWN, only_if: str = "") -> Guard:
    """These columns of a row stay as they were written; the others may follow what happens."""
    quoted = [f'"{column}"' for column in columns]
    sqlite = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in quoted)
    postgresql = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in quoted)
    if only_if:
        sqlite, postgresql = f"{only_if} AND ({sqlite})", f"{only_if} AND ({postgresql})"
    return _refusing(f"{table}_unchanging", table, "UPDATE", sqlite, postgresql, message)


def _no_truncate(table: str) -> Guard:
    return next(guard for guard in append_only(table) if guard.name.endswith("_no_truncate"))


def _by_erasure_only(table: str) -> list[Guard]:
    """The rows of a story go only after an Erased row names it."""
    if table in ("stories_story", "stories_storyarrival"):
        known = "EXISTS (SELECT 1 FROM stories_erased e WHERE e.id_hash = OLD.id_hash)"
    else:
        known = (
            "EXISTS (SELECT 1 FROM stories_erased e JOIN stories_story s ON s.id_hash = e.id_hash "
            "WHERE s.id = OLD.story_id)"
        )
    condition = f"NOT {known}"
    if table == "stories_attachment":
        # without consent to the photo or the voice, it goes and the story stays
        condition += (
            " AND NOT EXISTS (SELECT 1 FROM stories_story s WHERE s.id = OLD.story_id AND "
            "((OLD.kind = 'photo' AND NOT s.may_photo) OR (OLD.kind = 'audio' AND NOT s.may_voice)))"
        )
    return [
        _refusing(f"{table}_by_erasure_only", table, "DELETE", condition, condition, _KEPT),
        _no_truncate(table),
    ]


def _not_again(table: str) -> Guard:
    condition = "EXISTS (SELECT 1 FROM stories_erased e WHERE e.id_hash = NEW.id_hash)"
    return _refusing(f"{table}_not_again", table, "INSERT", condition, condition, _GONE)


def _fixed(table: str) -> list[Guard]:
    """Rows that are never changed, and removed only with their story."""
    return [_refusing(f"{table}_no_update", table, "UPDATE", "", "", _OWN), *_by_erasure_only(table)]


_STORY = (
    "id", "id_hash", "round_id", "framework_version_id", "node_id", "organisation_id", "mode", "teller_key", "voice",
    "collected_by", "facilitator", "started_at", "finished_at", "received_at", "received_by", "link_id", "group_id",
    "step", "language", "prompt", "told_of", "withdrawal_hash", "content_hash", "interview_hash", "where", "answers",
    "title", "text",
)  # fmt: skip

_ADD = "INSERT INTO stories_search(rowid, words) VALUES (NEW.id, NEW.words);"
_DROP = "INSERT INTO stories_search(stories_search, rowid, words) VALUES ('delete', OLD.id, OLD.words);"


def _indexing() -> list[Guard]:
    """SQLite's full-text index follows the words in the same transaction, whichever way the words are written.

    PostgreSQL has an ordinary index on the words, which keeps in step by itself.
    """
    table = "stories_searchtext"
    return [
        Guard(
            name=f"{table}_index_{deed}",
            table=table,
            sqlite=f"CREATE TRIGGER {table}_index_{deed} AFTER {deed.upper()} ON {table} BEGIN {body} END",
            postgresql="",
        )
        for deed, body in (("insert", _ADD), ("delete", _DROP), ("update", f"{_DROP} {_ADD}"))
    ]


GUARDS: list[Guard] = [
    _unchanging(
        "stories_frameworkversion",
        ("framework_id", "number", "content", "fingerprint", "state", "written_at", "frozen_at"),
        _FROZEN,
        "OLD.state = 'in_use'",
    ),
    _refusing(
        "stories_frameworkversion_stays",
        "stories_frameworkversion",
        "DELETE",
        "OLD.state = 'in_use'",
        "OLD.state = 'in_use'",
        _FROZEN,
    ),
    _no_truncate("stories_frameworkversion"),
    _unchanging("stories_round", ("id", "framework_version_id", "node_id", "organisation_id"), _FROZEN),
    _unchanging("stories_story", _STORY),
    _not_again("stories_story"),
    *_by_erasure_only("stories_story"),
    _unchanging("stories_storyarrival", ("id", "story_id", "id_hash", "content", "content_hash", "received_at")),
    _not_again("stories_storyarrival"),
    *_by_erasure_only("stories_storyarrival"),
    _not_again("stories_draft"),
    _unchanging("stories_attachment", ("id", "story_id", "kind", "sent_sha256", "sent_bytes")),
    *_by_erasure_only("stories_attachment"),
    *_fixed("stories_consentrecord"),
    *_fixed("stories_translation"),
    *_fixed("stories_annotation"),
    *_fixed("stories_masking"),
    *_fixed("stories_moderationdecision"),
    *_fixed("stories_readinglog"),
    _unchanging("stories_safeguardingflag", ("id", "story_id", "concern", "raised_by", "raised_at")),
    *_by_erasure_only("stories_safeguardingflag"),
    *append_only("stories_exportmade"),
    _unchanging("stories_exportedstory", ("id", "export_id", "id_hash")),
    *append_only("stories_erased"),
    *_indexing(),
]
