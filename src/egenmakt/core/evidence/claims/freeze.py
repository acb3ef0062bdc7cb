"""Claims made out of the facts, all of an edition together, so that none gives away what another hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from egenmakt.core.evidence.catalogue.catalogue import Catalogue
from egenmakt.core.evidence.claims.claim import Claim, ConsentProof, Kind, NotAClaim
from egenmakt.core.evidence.claims.counted import Counted
from egenmakt.core.evidence.claims.evaluate import CannotEvaluate, Key, spec_of, worked_out
from egenmakt.core.evidence.claims.queries import OutsideQuery, Query, StoryQuery, TableQuery, asked_in
from egenmakt.core.evidence.claims.small import Single, Tabled, TooFew, hidden_cells
from egenmakt.core.evidence.claims.values import ClaimValue, Hidden, OutsideValue
from egenmakt.core.evidence.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """A claim before it is worked out: what it states, what it asks, and for words and pictures what they are."""

    code: str
    kind: Kind
    statement: Mapping[str, str]
    query: Query
    method: Mapping[str, str] = field(default_factory=dict)
    period: tuple[date, date] | None = None
    """Only for what asks no figure: words, pictures and what others counted."""
    given: ClaimValue | None = None
    """The words or the picture."""
    consent: ConsentProof | None = None


class CannotFreeze(ValueError):
    """Claims cannot be made together. `reasons` says for each claim why; nothing is made."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(" ".join(reasons.values()))
        self.reasons = dict(reasons)


def make_claims(*, drafts: Sequence[ClaimDraft], facts: Facts, catalogue: Catalogue, k: int = 5) -> tuple[Claim, ...]:
    """Work out every claim of an edition, and hide the small cells of all its tables together.

    Raises: CannotFreeze with the reason for each claim that the facts do not answer, that is about fewer than k
    people or gives away fewer, that lacks its consent, or of which the code is there twice.
    """
    reasons: dict[str, str] = {}
    seen: set[str] = set()
    singles, tables = [], []
    for draft in drafts:
        if draft.code in seen:
            reasons[draft.code] = f"The code {draft.code} stands twice."
        seen.add(draft.code)
        try:
            specs = [spec_of(asked, catalogue) for asked in asked_in(draft.query)]
        except CannotEvaluate as error:
            reasons[draft.code] = f"{draft.code}: {error}"
            continue
        if isinstance(draft.query, TableQuery):
            tables.append(Tabled(draft.code, specs[0], draft.query.by))
        else:
            singles += [Single(draft.code, spec) for spec in specs]
    if reasons:
        raise CannotFreeze(reasons)
    counted = Counted(facts)
    try:
        hidden = hidden_cells(singles=singles, tables=tables, facts=counted, k=k)
    except TooFew as error:
        raise CannotFreeze(error.reasons) from None
    made = []
    for draft in drafts:
        try:
            made.append(_made(draft, counted, catalogue, hidden.get(draft.code)))
        except (CannotEvaluate, NotAClaim) as error:
            sentence = str(error)
            reasons[draft.code] = sentence if sentence.startswith(f"{draft.code}:") else f"{draft.code}: {sentence}"
    if reasons:
        raise CannotFreeze(reasons)
    return tuple(made)


def _made(draft: ClaimDraft, facts: Counted, catalogue: Catalogue, hidden: Mapping[Key, Hidden] | None) -> Claim:
    match draft.query:
        case OutsideQuery(rows=rows):
            value: ClaimValue | None = OutsideValue(rows)
        case StoryQuery():
            value = draft.given
        case _:
            value = worked_out(kind=draft.kind, query=draft.query, facts=facts, catalogue=catalogue, hidden=hidden)
    if value is None:
        raise CannotEvaluate("it shows no words and no picture.")
    asked = next(asked_in(draft.query), None)
    period = (asked.from_on, asked.until_on) if asked is not None else draft.period
    if period is None:
        raise CannotEvaluate("it says of no period that it is about it.")
    claim = Claim(
        code=draft.code,
        kind=draft.kind,
        statement=draft.statement,
        query=draft.query,
        value=value,
        period=period,
        method=draft.method,
        data_version=facts.facts.data_version,
        consent=draft.consent,
    )
    if not claim.may_be_published:
        raise CannotEvaluate("no consent to publish it is proved.")
    return claim


def facts_needed(*, drafts: Sequence[ClaimDraft], facts: Facts, catalogue: Catalogue) -> Facts:
    """Only the tables that the claims count; the others are empty. A pack holds no more than its proof needs.

    Claims are made from these, so that their data version is that of the pack. Raises: CannotFreeze.
    """
    reasons, needed = {}, set()
    for draft in drafts:
        try:
            for asked in asked_in(draft.query):
                needed |= {measure.table for measure in spec_of(asked, catalogue).measures}
        except CannotEvaluate as error:
            reasons[draft.code] = f"{draft.code}: {error}"
    if reasons:
        raise CannotFreeze(reasons)
    return Facts.of_tables({name: table for name, table in facts.tables.items() if name in needed})
