"""A report drawn up: every claim answered from the facts of today, and each section's words and blocks put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from egenmakt.apps.people.models import Node
from egenmakt.apps.people.queries import cell_least
from egenmakt.apps.reports.models import ClaimVersion, EffectReport
from egenmakt.apps.reports.queries.effect import latest_claims, latest_texts
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.apps.reports.queries.quoting import Quotable, quotable_in, quotables
from egenmakt.apps.reports.sections import TABLE
from egenmakt.apps.reports.sections.areas import quotations, quote
from egenmakt.apps.reports.sections.labels import labels_of_facts
from egenmakt.apps.reports.sections.parts import any_table
from egenmakt.apps.reports.sections.setting import Ask, Drawn, Setting, said
from egenmakt.core.canonical import fingerprint
from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    ClaimLine,
    Direction,
    Heading,
    Picture,
    Prose,
    Report,
    claims_in,
)
from egenmakt.core.evidence.catalogue.catalogue import Catalogue, shipped
from egenmakt.core.evidence.claims.claim import Claim, NotAClaim
from egenmakt.core.evidence.claims.freeze import CannotFreeze, ClaimDraft, facts_needed, make_claims
from egenmakt.core.evidence.claims.honesty.draft import check_draft
from egenmakt.core.evidence.claims.honesty.findings import HonestyFinding
from egenmakt.core.evidence.claims.outline import Outline, load_outline
from egenmakt.core.evidence.claims.placing import Alone, NoSuchPart, place, written
from egenmakt.core.evidence.claims.queries import NotAQuery, OutsideQuery, StoryQuery, read_query
from egenmakt.core.evidence.claims.values import NotAValue, PictureValue, TableValue, WordsValue
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.core.evidence.facts import Facts
from egenmakt.core.evidence.indicators import Indicator, NotAnIndicator
from egenmakt.core.evidence.measures.evaluation import figures
from egenmakt.core.evidence.measures.measure import NotAMeasure
from egenmakt.core.evidence.typography import typographic_inlines


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """A report as it can be drawn up now, in all its languages."""

    report: EffectReport
    organisation: str
    outline: Outline
    facts: Facts
    """The tables that the claims count, and no others: a pack holds no more than its proof needs."""
    catalogue: Catalogue
    k: int
    claims: Mapping[str, Claim]
    texts: Mapping[str, Mapping[str, str]]
    """Language -> section -> what the authors wrote."""
    quotables: Mapping[str, Quotable]
    """By the code of the claim that quotes or shows them."""
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    left_out: Mapping[str, str]
    """Claims that sections would have made by themselves, and why they are not there."""
    refused: Mapping[str, str]
    """Claims that authors made and that cannot be answered, and why: the report is not frozen with them."""
    sections_of: Mapping[str, str]
    """Claim -> the section that made it."""

    def drawn(self, language: str) -> Drawn:
        """What blocks are made from."""
        known = self.catalogue.indicators.items()
        states = frozenset(code for code, one in known if _is_state(one))
        return Drawn(language, CldrWriter.of(language), self.claims, self.labels, self.quotables, states)


def draw_up(*, report: EffectReport, facts: Facts | None = None) -> DrawnUp:
    """Answer every claim of a report from the facts of today, or from those given. Nothing is written.

    A claim that a section makes by itself and that would show too few people is left out and listed; one that an
    author made is refused with the reason.
    """
    outline = load_outline(report.outline)
    facts = facts or facts_of(node_id=report.node_id, until_on=report.until_on)
    below = list(
        Node.objects.filter(above__ancestor_id=report.node_id).exclude(kind="group").values_list("id", flat=True)
    )
    k = cell_least(node_ids=below or [report.node_id])
    setting = Setting(
        from_on=report.from_on,
        until_on=report.until_on,
        facts=facts,
        catalogue=shipped(),
        quotables=tuple(quotable_in(node_id=report.node_id, from_on=report.from_on, until_on=report.until_on)),
        labels=labels_of_facts(node_id=report.node_id),
    )
    _count_ahead(setting)
    written_claims = latest_claims(report=report)
    asks: dict[str, Ask] = {}
    sections_of: dict[str, str] = {}
    for section in outline.sections:
        for ask in TABLE[section.module].claims(setting, section):
            if ask.code not in asks and ask.code not in written_claims:
                asks[ask.code], sections_of[ask.code] = ask, section.code
    authored, refused = _authored(report, setting, written_claims)
    for code in authored:
        sections_of[code] = written_claims[code].section
    claims, needed, left_out, more = _answered(setting, asks, authored, k)
    texts: dict[str, dict[str, str]] = {language: {} for language in report.languages}
    for (code, language), row in latest_texts(report=report).items():
        if language in texts:
            texts[language][code] = row.text
    by_hash = {one.id_hash: one for one in setting.quotables}
    by_hash |= quotables(id_hashes=[hash for hash in map(_story_of, claims.values()) if hash and hash not in by_hash])
    return DrawnUp(
        report=report,
        organisation=report.node.name,
        outline=outline,
        facts=needed,
        catalogue=setting.catalogue,
        k=k,
        claims=claims,
        texts=texts,
        quotables={code: by_hash[hash] for code, claim in claims.items() if (hash := _story_of(claim)) in by_hash},
        labels=setting.labels,
        left_out=left_out,
        refused={**refused, **more},
        sections_of=sections_of,
    )


def _is_state(indicator: Indicator) -> bool:
    """Whether an indicator says how things stand on a day; a share does when what is counted does."""
    measure = indicator.versions[-1].measure
    return measure is not None and measure.time in ("state", "cumulative")


def _story_of(claim: Claim) -> str:
    return claim.query.story if isinstance(claim.query, StoryQuery) else ""


def _authored(
    report: EffectReport, setting: Setting, rows: Mapping[str, ClaimVersion]
) -> tuple[dict[str, Ask], dict[str, str]]:
    """The authors' claims as they are asked, and why some cannot be: a story that may not be quoted any more."""
    asks: dict[str, Ask] = {}
    refused: dict[str, str] = {}
    named = {str(_document(row)["query"].get("story", "")) for row in rows.values()} - {""}
    open_now = quotables(id_hashes=named) if named else {}
    for code, row in rows.items():
        document = _document(row)
        kind, query, statement = document["kind"], document["query"], document["statement"]
        if kind not in ("quotation", "picture"):
            asks[code] = Ask(code, kind, statement, query, document.get("method", {}))
            continue
        one = open_now.get(query["story"])
        if one is None:
            refused[code] = (
                f"{code}: the story may not be quoted any more. Take the claim away, or choose another story."
            )
            continue
        if kind == "quotation":
            made = quote(one)
            asks[code] = Ask(
                code, kind, statement, made.query, document.get("method") or made.method, made.consent, made.given
            )
            continue
        photograph = next((each for each in one.photographs if each.sha256 == query.get("sha256")), None)
        if photograph is None:
            refused[code] = f"{code}: the photograph may not be shown any more. Take the claim away."
            continue
        asks[code] = Ask(
            code, kind, statement, {"story": one.id_hash, "sha256": photograph.sha256}, document.get("method", {}),
            one.proof("photo"), {"media_type": photograph.media_type, "alternative": document["alternative"]},
        )  # fmt: skip
    return asks, refused


def _document(row: ClaimVersion) -> Mapping[str, Any]:
    document: Mapping[str, Any] = row.document or {}
    return document


def _draft(ask: Ask, setting: Setting) -> ClaimDraft:
    """A claim for core to answer. Raises: NotAQuery, NotAValue, NotAClaim."""
    given = None
    if ask.given is not None:
        given = (WordsValue if ask.kind == "quotation" else PictureValue).from_json(ask.given)
    return ClaimDraft(
        code=ask.code,
        kind=ask.kind,  # type: ignore[arg-type]  # core refuses a kind that it does not know
        statement=ask.statement,
        query=read_query(ask.kind, ask.query),
        method=ask.method,
        period=(setting.from_on, setting.until_on),
        given=given,
        consent=ask.consent,
    )


def _answered(
    setting: Setting, asks: Mapping[str, Ask], authored: Mapping[str, Ask], k: int
) -> tuple[dict[str, Claim], Facts, dict[str, str], dict[str, str]]:
    """The claims that can be made together, the facts that they need, what is left out, and what is refused."""
    left_out: dict[str, str] = {}
    refused: dict[str, str] = {}
    drafts: dict[str, ClaimDraft] = {}
    for code, ask in {**asks, **authored}.items():
        try:
            drafts[code] = _draft(ask, setting)
        except (NotAQuery, NotAValue, NotAClaim) as error:
            (refused if code in authored else left_out)[code] = f"{code}: {error}"
    while True:
        try:
            asked = list(drafts.values())
            needed = facts_needed(drafts=asked, facts=setting.facts, catalogue=setting.catalogue)
            needed.answers.update(setting.facts.answers)  # the same tables answer the same
            made = make_claims(drafts=asked, facts=needed, catalogue=setting.catalogue, k=k)
            return {claim.code: claim for claim in made}, needed, left_out, refused
        except CannotFreeze as error:
            # what is left may be shown when one of those that give each other away is gone
            for code in _to_drop(error, set(drafts), set(authored)):
                (refused if code in authored else left_out)[code] = error.reasons[code]
                del drafts[code]


def _count_ahead(setting: Setting) -> None:
    """Count what sections are likely to ask for in one pass over each table, and not in a query for each."""
    specs = []
    for code, indicator in setting.catalogue.indicators.items():
        table = measure.table if (measure := indicator.versions[-1].measure) is not None else ""
        cells: list[dict[str, str]] = [{}]
        if indicator.needs_currency:
            cells = [{"currency": currency} for currency in setting.values("money", "currency")]
        elif table == "stories":
            cells += [{"voice": voice} for voice in setting.values("stories", "voice")]
        for cell in cells if table else ():
            # one whose definition changed within the period is refused where it is asked for
            with suppress(NotAnIndicator, NotAMeasure):
                specs.append(
                    setting.catalogue.spec(code, from_on=setting.from_on, until_on=setting.until_on, cell=cell)
                )
    figures(setting.facts, specs)


def _to_drop(error: CannotFreeze, drafts: set[str], authored: set[str]) -> list[str]:
    """Whom to leave out: one for each reason, the last that a section made by itself before an author's."""
    by_reason: dict[str, list[str]] = {}
    for code, sentence in error.reasons.items():
        if code in drafts:
            by_reason.setdefault(sentence, []).append(code)
    if not by_reason:
        raise error
    return [([code for code in codes if code not in authored] or codes)[-1] for codes in by_reason.values()]


# what is said ------------------------------------------------------------------------------------------------------


def findings_of(drawn_up: DrawnUp, language: str) -> tuple[HonestyFinding, ...]:
    """What is not honest in a language's texts, or may not be, in the order of the outline."""
    report = drawn_up.report
    return check_draft(
        outline=drawn_up.outline,
        language=language,
        texts=drawn_up.texts[language],
        claims=drawn_up.claims,
        catalogue=drawn_up.catalogue,
        period=(report.from_on, report.until_on),
        organisation=drawn_up.organisation,
        k=drawn_up.k,
    )


def finding_fingerprint(finding: HonestyFinding, language: str) -> str:
    """Under what an answer to a finding is kept: another text is another finding."""
    words = dict(sorted(finding.values.items()))
    place = {"code": finding.code, "section": finding.section, "language": language}
    return fingerprint({**place, "sentence": finding.sentence, "values": dict(words)})


def compose(drawn_up: DrawnUp, language: str, *, edition: int, is_draft: bool) -> Report:
    """A whole report in one language, as blocks."""
    report, drawn = drawn_up.report, drawn_up.drawn(language)
    blocks = tuple(_all_blocks(drawn_up, drawn))
    used = list(dict.fromkeys(claims_in(blocks)))
    return Report(
        title=said_title(report, language),
        subtitle="",
        organisation=drawn_up.organisation,
        language=language,
        direction=direction_of(language),
        period=drawn.writer.period(report.from_on, report.until_on),
        as_of=report.until_on - timedelta(days=1),
        edition=edition,
        is_draft=is_draft,
        blocks=blocks,
        claims=tuple(_line(drawn, drawn_up.claims[code]) for code in used),
        labels=(),  # the renderers have their own words in the language
        data_version=drawn_up.facts.data_version,
    )


def said_title(report: EffectReport, language: str) -> str:
    """The title in a language, or else in the one in which the work is done."""
    return str(report.titles.get(language) or report.titles[report.languages[0]])


def direction_of(language: str) -> Direction:
    """Which way a language is written."""
    order = CldrWriter.of(language).locale.character_order
    return "rtl" if order == "right-to-left" else "ltr"


def _all_blocks(drawn_up: DrawnUp, drawn: Drawn) -> Iterable[Block]:
    shown: set[str] = set()
    for section in drawn_up.outline.sections:
        heading_language = drawn.language if drawn.language in section.heading else drawn_up.outline.languages[0]
        heading = section.heading_in(heading_language, organisation=drawn_up.organisation)
        yield Heading(section.level, heading, section.code.replace("_", "-"))
        text = drawn_up.texts[drawn.language].get(section.code, "")
        for block in _author_blocks(drawn, text):
            shown |= {
                code for code in claims_in((block,)) if drawn.claims[code].kind in ("table", "quotation", "picture")
            }
            yield block
        for block in TABLE[section.module].blocks(drawn, section):
            # what an author has put where it belongs is not shown a second time below
            if not shown & {code for code in claims_in((block,)) if drawn.claims[code].kind != "number"}:
                yield block


def _author_blocks(drawn: Drawn, text: str) -> Iterable[Block]:
    for block in place(text=text, claims=drawn.claims, writer=drawn.writer, language=drawn.language).blocks:
        match block:
            case Alone(claim=claim):
                yield from standing_alone(drawn, claim)
            case Prose(inlines=inlines):
                yield replace(block, inlines=typographic_inlines(inlines, language=drawn.language))
            case Bullets(items=items):
                yield Bullets(tuple(typographic_inlines(item, language=drawn.language) for item in items))


def standing_alone(drawn: Drawn, code: str) -> Sequence[Block]:
    """A table, a quotation or a picture that an author has placed by itself."""
    claim = drawn.claims[code]
    match claim.value:
        case TableValue():
            return any_table(drawn, code)
        case WordsValue():
            return quotations(drawn, [code])
        case PictureValue(media_type=media_type, alternative=alternative):
            assert isinstance(claim.query, StoryQuery)
            caption = said(claim.statement, drawn.language)
            return [Picture(claim.query.sha256, media_type, alternative, caption, code)]
        case _:
            return []


def _line(drawn: Drawn, claim: Claim) -> ClaimLine:
    """A claim as it is listed at the end, for whoever wants to know what stands behind a number."""
    try:
        value = written(claim, writer=drawn.writer, language=drawn.language)
    except NoSuchPart:
        value = ""
    source = claim.query.source if isinstance(claim.query, OutsideQuery) else ""
    # who counted elsewhere says how many stand behind it, or nobody knows: it is not nought
    n = claim.n or (None if source else 0)
    return ClaimLine(
        code=claim.code,
        statement=said(claim.statement, drawn.language),
        value="" if claim.kind == "quotation" else value,
        n="" if n is None else drawn.writer.number(n),
        period=drawn.writer.period(*claim.period),
        method=said(claim.method, drawn.language),
        source=source,
        fingerprint=claim.fingerprint,
    )
