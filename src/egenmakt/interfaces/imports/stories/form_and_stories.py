"""A form and its stories, each a CSV: the form says of every column what it asks and how it is written.

The form has the columns `Data column name, Type, About, Short name, Long name, Options, Answers…`, the answers going on
to the right as `name in the data|name to show|picture`. A column of `Data column name` may stand several times in the
table of stories: once for each answer of a question with several. Rows that begin with `;` are comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from egenmakt.core.numerals import word
from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.stories.framework import code_of
from egenmakt.interfaces.imports.stories.joining import plain_text, with_stated
from egenmakt.interfaces.imports.stories.mapping import OptionMap, PromptMap, QuestionMap, StoryMapping
from egenmakt.interfaces.imports.stories.plan import Plan
from egenmakt.interfaces.imports.stories.rows import Rows, StoryFile, read_rows

COMMENT = ";"
TYPE, ABOUT, NAME = "type", "about", "data column name"
DOES_NOT_APPLY = ("does not apply", "doesn't apply", "n/a", "na", "not applicable")
TRIAL = ("testing123",)
SINGLE = ("single choice", "radiobuttons", "select", "boolean", "checkbox")
WRITE_IN = ("WRITEIN_", "WriteIn_")
FIELDS = {
    "story title column name": "title",
    "story text column name": "text",
    "participant id column name": "teller",
    "story collection date column name": "collected_on",
    "language column name": "language",
}
DEFAULTS = {"title": "Story title", "text": "Story text", "collected_on": "Collection date", "language": "Language"}
LANGUAGES = {
    "English": "en", "Français": "fr", "Deutsch": "de", "Español": "es", "Português": "pt", "Svenska": "sv",
    "Italiano": "it", "Nederlands": "nl", "العربية": "ar", "Українська": "uk", "Русский": "ru", "Română": "ro",
    "नेपाली": "ne", "हिन्दी": "hi", "Kiswahili": "sw", "Chichewa": "ny", "Dansk": "da", "Norsk": "no", "Suomi": "fi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a form."""

    number: int
    column: str
    type: str
    about: str
    short: str
    long: str
    options: dict[str, str]
    answers: tuple[str, ...]


def is_form(rows: Rows) -> bool:
    """Whether a table is a form."""
    return {NAME, TYPE, ABOUT} <= {word(name) for name in rows.header}


def plan_form_and_stories(files: Sequence[StoryFile], mapping: StoryMapping | None = None) -> Plan:
    """A form and its table of stories, in any order. Args: mapping, for what neither says. Raises: Unreadable."""
    if len(files) != 2:
        text = _("A form and its stories are two files.")
        raise Unreadable(files[0].name, text, _("Give the form and the table of stories."))
    opened = [read_rows(replace(file, comment=COMMENT)) for file in files]
    forms = [
        read_rows(replace(file, comment=COMMENT, is_ragged=True))
        for file, rows in zip(files, opened, strict=True)
        if is_form(rows)
    ]
    if len(forms) != 1:
        text = _("One of the two files must be a form: its header has “Data column name”, “Type” and “About”.")
        raise Unreadable(files[0].name, text, _("Export the form again."))
    form = forms[0]
    stories = next(rows for rows in opened if not is_form(rows))
    building = _Building(form=form, stories=stories)
    building.read_settings()
    for row in building.form_rows:
        building.add(row)
    missing = [column for column in building.missing if column]
    if "text" not in building.fields:
        raise Unreadable(
            stories.file,
            _("The table has no column “%(column)s” with the stories.") % {"column": building.columns["text"]},
            _("Name it in the form: Story text column name."),
        )
    findings = [
        Finding(Source(form.file, number, column), _("The table of stories has no such column."), severity="note")
        for number, column in building.missing_at
        if column in missing
    ]
    left_out = {name: _("The form does not ask about it.") for name in building.rest()}
    derived = StoryMapping(
        fields=building.fields,
        questions=tuple(building.questions),
        prompts=tuple(building.prompts),
        languages=LANGUAGES,
        left_out=left_out,
        title=plain_text(building.setting("title")) or stories.file,
        code=code_of(plain_text(building.setting("title")), default="form"),
        skip_texts=TRIAL,
        comment=COMMENT,
    )
    quiet = tuple(f for f in (*form.findings, *stories.findings) if not _is_about_repeated_names(f, building))
    return Plan(replace(stories, findings=()), with_stated(derived, mapping), (), (*quiet, *findings))


def _is_about_repeated_names(finding: Finding, building: _Building) -> bool:
    """In this format a name stands once for each answer: that is no news. In the form the answers have no headings."""
    return finding.severity == "note" and finding.source.row > 0 and not finding.value


@dataclass
class _Building:
    """A mapping on its way from a form."""

    form: Rows
    stories: Rows
    form_rows: list[FormRow] = field(default_factory=list)
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    fields: dict[str, str] = field(default_factory=dict)
    questions: list[QuestionMap] = field(default_factory=list)
    prompts: list[PromptMap] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    missing_at: list[tuple[int, str]] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Columns that the form names and the stories lack."""
        return [column for _number, column in self.missing_at]

    def read_settings(self) -> None:
        """The rows of the form; those about the form and the import are settings for all others."""
        names = [word(name) for name in self.form.header]
        at = {
            name: names.index(name)
            for name in (NAME, TYPE, ABOUT, "short name", "long name", "options")
            if name in names
        }
        first_answer = names.index("answers") if "answers" in names else max(at.values()) + 1
        for raw in self.form:
            cell = {name: raw.cells[index] for name, index in at.items()}
            row = FormRow(
                number=raw.number,
                column=" ".join(cell[NAME].split()),
                type=word(cell[TYPE]),
                about=word(cell[ABOUT]),
                short=cell.get("short name", ""),
                long=cell.get("long name", ""),
                options=_settings(cell.get("options", "")),
                answers=tuple(answer for answer in raw.cells[first_answer:] if answer),
            )
            if row.about in ("form", "import"):
                self.settings[row.type] = row.answers
                if row.type in FIELDS and row.answers:
                    self.columns[FIELDS[row.type]] = row.answers[0]
            else:
                self.form_rows.append(row)
        for name, column in self.columns.items():
            if column in self.stories.header:
                self.fields[name] = column
                self.used.add(column)

    def setting(self, name: str, default: str = "") -> str:
        """The first answer of a setting. It is taken as it stands: a blank may belong to it."""
        return next(iter(self.settings.get(name, ())), default)

    def rest(self) -> list[str]:
        """Columns of the stories that the form does not mention."""
        return [name for name in self.stories.header if name not in self.used]

    def found(self, heading: str) -> list[str]:
        """The columns with this heading, by the names that tell them apart."""
        wanted = " ".join(heading.split())
        return [name for name, given in zip(self.stories.header, self.stories.headings, strict=True) if given == wanted]

    def add(self, row: FormRow) -> None:
        """One row about the eliciting question, the story or the participant."""
        if row.about == "eliciting" or row.type == "eliciting":
            self._add_prompts(row)
            return
        if row.type in ("label", "header") or not row.column:
            return
        question = self._question(row)
        if question is None:
            self.missing_at.append((row.number, row.column))
            return
        self.used.update(question.all_columns)
        self.questions.append(question)
        lumped = [option for option in question.options if len(option.values) > 1]
        if lumped:
            self.questions.append(self._unlumped(question, row))

    def _add_prompts(self, row: FormRow) -> None:
        for answer in row.answers:
            data, show, text = _answer(answer)
            values = tuple(dict.fromkeys((data, show)))
            code = code_of(data, [p.code for p in self.prompts], "prompt")
            self.prompts.append(PromptMap(code, plain_text(text or show), values))
        if row.column in self.stories.header:
            self.fields["prompt"] = row.column
            self.used.add(row.column)
        else:
            self.missing_at.append((row.number, row.column))

    def _question(self, row: FormRow) -> QuestionMap | None:
        columns = self.found(row.column)
        base = QuestionMap(
            code=code_of(row.short or row.column, [q.code for q in self.questions], "question"),
            type="text",
            how="text",
            text=plain_text(row.long or row.short or row.column),
            about="teller" if row.about == "participant" else "story",
            not_applicable=DOES_NOT_APPLY,
        )
        options = _lumped(row.answers)
        if row.type == "multi-choice multi-column yes/no":
            return self._yes_no(row, base, options)
        if not columns:
            return None
        one = replace(base, columns=(columns[0],))
        indexed = [replace(o, values=(*(str(n) for n in numbers),)) for o, numbers in _numbered(row.answers)]
        match row.type:
            case "single choice indexed":
                return self._with_write_in(row, replace(one, type="single", how="choice", options=tuple(indexed)))
            case kind if kind in SINGLE:
                choices = options or (OptionMap("yes", "yes", ("yes", "true")), OptionMap("no", "no", ("no", "false")))
                return self._with_write_in(row, replace(one, type="single", how="choice", options=choices))
            case "scale":
                return self._scale(row, one)
            case "multi-choice single-column delimited":
                return self._several(row, replace(one, how="delimited", options=options))
            case "multi-choice single-column delimited indexed":
                return self._several(row, replace(one, how="delimited", options=tuple(indexed)))
            case "multi-choice multi-column texts" | "checkboxes":
                return self._several(row, self._columns_of_texts(row, base, columns, options))
        return replace(one, not_applicable=())

    def _columns_of_texts(
        self, row: FormRow, base: QuestionMap, columns: list[str], options: tuple[OptionMap, ...]
    ) -> QuestionMap:
        """One column for each answer, under one name; which is which is said by what stands in it."""
        by_data: dict[str, str] = {}
        for answer, column in zip(row.answers, columns, strict=False):
            by_data[word(_answer(answer)[0])] = column
        named = tuple(
            replace(o, columns=tuple(by_data[word(v)] for v in o.values if word(v) in by_data)) for o in options
        )
        if len(columns) > len(row.answers):
            self.missing_at.append((row.number, row.column))
        return replace(base, how="columns", options=named)

    def _yes_no(self, row: FormRow, base: QuestionMap, options: tuple[OptionMap, ...]) -> QuestionMap | None:
        between = self.setting("yes no questions q-a separator", ": ")
        ending = self.setting("yes no questions q-a ending")
        named = []
        for option in options:
            headings = [f"{row.column}{glue}{value}{ending}" for value in option.values for glue in _glues(between)]
            columns = dict.fromkeys(name for heading in headings for name in self.found(heading))
            named.append(replace(option, columns=tuple(columns)))
        if not any(option.columns for option in named):
            return None
        yes = self.setting("yes no questions yes indicator", "Yes")
        return self._several(row, replace(base, how="columns", options=tuple(named), yes=(yes,)))

    def _scale(self, row: FormRow, one: QuestionMap) -> QuestionMap:
        default = self.settings.get("scale range", ("0", "100"))
        low, high = (row.answers[2], row.answers[3]) if len(row.answers) >= 4 else (default[0], default[-1])
        left, right = (*row.answers[:2], "", "")[:2]
        ends = (OptionMap("left", left or low), OptionMap("right", right or high))
        return replace(one, type="slider", how="scale", low=low, high=high, options=ends)

    def _several(self, row: FormRow, question: QuestionMap) -> QuestionMap:
        most = row.options.get("maxNumAnswers", "")
        limit = int(most) if most.isdecimal() and int(most) < len(question.options) else 0
        delimiter = self.setting("multi choice single column delimiter", ",").strip() or " "
        made = replace(question, type="several", most=limit, delimiter=delimiter)
        return self._with_write_in(row, made)

    def _with_write_in(self, row: FormRow, question: QuestionMap) -> QuestionMap:
        """Words of the teller's own: in a column of their own, or mixed with the answers."""
        label = row.options.get("writeInTextBoxLabel", "")
        column = next(
            (
                f"{start}{name}"
                for start in WRITE_IN
                for name in (row.short, row.column)
                if f"{start}{name}" in self.stories.header
            ),
            "",
        )
        if not label and not column:
            return question
        code = code_of(label or "other", [o.code for o in question.options], "other")
        options = (*question.options, OptionMap(code, label or "Other"))
        is_mixed = row.options.get("writeInTextsAreInSeparateColumn", "yes") == "no"
        if not column and not is_mixed:
            return question
        # the words are an answer beside the chosen ones
        most = question.most + 1 if question.most else 0
        return replace(question, options=options, own_words=code, own_words_column=column, most=most)

    def _unlumped(self, question: QuestionMap, row: FormRow) -> QuestionMap:
        """The same answers by their names in the data, where several of them are shown as one."""
        options: list[OptionMap] = []
        for option in question.options:
            for i, value in enumerate(option.values):
                name = _answer(row.answers[int(value) - 1])[0] if "indexed" in row.type else value
                code = code_of(name, [o.code for o in options], "answer")
                columns = option.columns[i : i + 1] if question.how == "columns" else ()
                options.append(OptionMap(code, name, (value,), columns))
        code = code_of(f"{question.code}_original", [q.code for q in self.questions])
        text = _("%(question)s (as it was recorded)") % {"question": question.text}
        return replace(
            question, code=code, text=text, options=tuple(options), own_words="", own_words_column="", most=0,
            original_of=question.code,
        )  # fmt: skip


def _glues(between: str) -> list[str]:
    """A separator as it stands, and with the blank that spreadsheets like to take away or to add."""
    return list(dict.fromkeys((between, f"{between} ", between.strip(), f" {between.strip()}", f"{between.strip()} ")))


def _settings(cell: str) -> dict[str, str]:
    """maxNumAnswers=3|listBoxRows=4 as names and values."""
    parts = (part.partition("=") for part in cell.split("|") if "=" in part)
    return {name.strip(): value.strip() for name, _sign, value in parts}


def _answer(cell: str) -> tuple[str, str, str]:
    """The name in the data, the name to show, and what follows: a picture, or the whole of a question."""
    data, _bar, rest = cell.partition("|")
    show, _bar, more = rest.partition("|")
    return data.strip(), show.strip() or data.strip(), more.strip() or (show.strip() if rest else "")


def _lumped(answers: Sequence[str]) -> tuple[OptionMap, ...]:
    """Options by what is shown: names in the data that are shown as one are one option."""
    shown: dict[str, list[str]] = {}
    for answer in answers:
        data, show, _more = _answer(answer)
        shown.setdefault(show, []).append(data)
    options: list[OptionMap] = []
    for show, values in shown.items():
        code = code_of(show, [o.code for o in options], "answer")
        options.append(OptionMap(code, plain_text(show), tuple(values)))
    return tuple(options)


def _numbered(answers: Sequence[str]) -> list[tuple[OptionMap, list[int]]]:
    """Options with the numbers that stand for them, counted from 1."""
    numbers: dict[str, list[int]] = {}
    for number, answer in enumerate(answers, start=1):
        numbers.setdefault(_answer(answer)[1], []).append(number)
    return [(option, numbers[show]) for option, show in zip(_lumped(answers), numbers, strict=True)]
