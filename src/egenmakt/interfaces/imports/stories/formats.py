"""The formats in which stories are brought in: one module and one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.stories import odk
from egenmakt.interfaces.imports.stories.capture import is_definition, plan_capture
from egenmakt.interfaces.imports.stories.form_and_stories import COMMENT, is_form, plan_form_and_stories
from egenmakt.interfaces.imports.stories.joining import read_json
from egenmakt.interfaces.imports.stories.mapping import StoryMapping
from egenmakt.interfaces.imports.stories.media import MediaFiles, is_media, with_media
from egenmakt.interfaces.imports.stories.odk import META, plan_odk
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import StoryFile, read_rows
from egenmakt.interfaces.imports.stories.table import plan_table

META_MIN = 2


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name for people, the files it is made of, and what reads it."""

    name: object
    files: object
    plan: Callable[[Sequence[StoryFile], StoryMapping | None], Plan]


FORMATS: Mapping[str, Format] = {
    "table": Format(gettext_lazy("Table (CSV or XLSX)"), gettext_lazy("one table"), plan_table),
    "capture": Format(gettext_lazy("Capture (JSON + CSV)"), gettext_lazy("a definition and its table"), plan_capture),
    "form": Format(gettext_lazy("Form and stories (CSV)"), gettext_lazy("a form and its table"), plan_form_and_stories),
    "odk": Format(gettext_lazy("KoboToolbox or ODK (CSV or XLSX)"), gettext_lazy("a table, and its XLSForm"), plan_odk),
}


def format_of(files: Sequence[StoryFile]) -> str:
    """Which format files are in, by what is in them. Raises: Unreadable."""
    if any(file.name.lower().endswith(".json") for file in files):
        definition = next(file for file in files if file.name.lower().endswith(".json"))
        if is_definition(read_json(definition)):
            return "capture"
        raise Unreadable(definition.name, _("The JSON is no definition of a capture."), _("Say which format it is."))
    if any(odk.is_form(file) for file in files):
        return "odk"
    headers = [read_rows(StoryFile(file.name, file.path, file.sheet, comment=COMMENT)) for file in files]
    if any(is_form(rows) for rows in headers):
        return "form"
    if len(files) == 1 and len(META & set(headers[0].header)) >= META_MIN:
        return "odk"
    return "table"


def plan_of(
    *,
    files: Sequence[StoryFile],
    format: str = "",
    mapping: StoryMapping | None = None,
    media_folder: Path | None = None,
) -> Plan:
    """How files are read.

    Args: files, of which those that are ZIPs hold photos and voices; format, "" to find it out; media_folder, where
    photos and voices lie that are not in a ZIP. Raises: Unreadable.
    """
    archives = [file for file in files if is_media(file)]
    tables = [file for file in files if file not in archives]
    if not tables:
        raise Unreadable("", _("There are no files."), _("Choose the files."))
    plan = FORMATS[format or format_of(tables)].plan(tables, mapping)
    if archives or media_folder:
        media = MediaFiles(archives=archives, folder=media_folder)
        mapping = with_media(rows=plan.rows, mapping=plan.mapping, media=media)
        # a form says of such a question that its files do not come along: now they do
        named = {c.rpartition("/")[2] for q in mapping.questions if q.how == "file" for c in q.columns}
        findings = tuple(each for each in plan.findings if each.source.field not in named)
        plan = replace(plan, media=media, mapping=mapping, findings=findings)
    if not plan.rows.first(1):
        text = _("The file holds a header and no rows.")
        raise Unreadable(plan.rows.file, text, _("Look whether it was saved whole."))
    return plan
