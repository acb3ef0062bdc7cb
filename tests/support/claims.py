"""A small edition of every kind of claim over invented facts, and the pack that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from random import Random
from typing import Any

from egenmakt.core.canonical import JsonValue
from egenmakt.core.evidence.blocks import Cell as BlockCell
from egenmakt.core.evidence.blocks import ClaimLine, Heading, Placed, Prose, Quotation, Report, Table
from egenmakt.core.evidence.blocks import Column as BlockColumn
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.claims.claim import Claim, ConsentProof, words_sha256
from egenmakt.core.evidence.claims.freeze import ClaimDraft, make_claims
from egenmakt.core.evidence.claims.outline import load_outline
from egenmakt.core.evidence.claims.pack import PackContent, pack_bytes
from egenmakt.core.evidence.claims.placing import place, written
from egenmakt.core.evidence.claims.queries import OutsideQuery, StoryQuery, read_query
from egenmakt.core.evidence.claims.values import OutsideRow, TableValue, WordsValue
from egenmakt.core.evidence.claims.writing import CldrWriter
from egenmakt.core.evidence.facts import Facts
from tests.support.facts import Rows, invented_rows

YEAR = (date(2025, 1, 1), date(2026, 1, 1))
WORDS = "Nu vågar jag tala på mötet"
CONSENT = ConsentProof("public_text", "1", "spoken", "2025-05-04T10:00:00Z", "a" * 64)


def figure(measure: Mapping[str, Any] | str, *, year: int = 2025, of: Any = None, **cell: Any) -> dict[str, Any]:
    """A figure of a year, of an indicator or of a measure."""
    asked: dict[str, Any] = {"from_on": f"{year}-01-01", "until_on": f"{year + 1}-01-01"}
    asked["indicator" if isinstance(measure, str) else "measure"] = measure
    if of is not None:
        asked["of"] = of
    if cell:
        asked["cell"] = cell
    return asked


def members(*where: list[Any]) -> dict[str, Any]:
    """People in groups at the end of the year."""
    counted: dict[str, Any] = {"table": "members", "take": "distinct", "column": "member", "time": "state"}
    return counted | ({"where": list(where)} if where else {})


def stories(*where: list[Any]) -> dict[str, Any]:
    """Stories that were told in the year."""
    counted: dict[str, Any] = {"table": "stories", "take": "distinct", "column": "story"}
    return counted | ({"where": list(where)} if where else {})


def money(take: str) -> dict[str, Any]:
    """What was saved in the year."""
    where = [["what", "is", "savings"]]
    return {"table": "money", "take": take, "column": "amount_minor", "where": where}


def draft(code: str, kind: str, query: Mapping[str, Any], **more: Any) -> ClaimDraft:
    """A claim to be made, with words that do not matter here."""
    return ClaimDraft(
        code=code,
        kind=kind,  # type: ignore[arg-type]  # one of the kinds
        statement={"sv": f"Det som {code} säger", "en": f"What {code} says"},
        query=read_query(kind, query),
        method={"sv": "Räknat.", "en": "Counted."},
        **more,
    )


def drafts() -> list[ClaimDraft]:
    """One of each kind, and more."""
    women = ["sex", "is", "female"]
    income = ["kind", "is", "income"]
    outside = (OutsideRow("households below the line", 310, 1000),)
    return [
        draft("members", "number", {"figure": figure("members")}),
        draft("members-ke", "number", {"figure": figure(members(), country="KE")}),
        draft("over-members", "at_least", {"figure": figure(members()), "step": 30}),
        draft("women", "share", {"figure": figure(members(women), of=members())}),
        draft("attendance", "share", {"figure": figure("attendance")}),
        draft(
            "income-told",
            "share",
            {"figure": figure(stories(income), of=stories(), voice="rights_holder"), "sample": True},
        ),
        draft("saved", "money", {"figure": figure(money("sum"), currency="KES")}),
        draft(
            "saved-range",
            "range",
            {"lowest": figure(money("lowest"), currency="KES"), "highest": figure(money("highest"), currency="KES")},
        ),
        draft("saved-middle", "range", {"figure": figure(money("median"), currency="KES"), "percentiles": [25, 75]}),
        draft("groups-moved", "comparison", {"figure": figure("groups"), "against": figure("groups", year=2024)}),
        draft(
            "income-voices",
            "comparison",
            {
                "figure": figure(stories(income), of=stories(), voice="rights_holder"),
                "against": figure(stories(income), of=stories(), voice="staff"),
                "sample": True,
            },
        ),
        draft("by-country-sex", "table", {"figure": figure(members()), "by": ["country", "sex"]}),
        draft("by-kind", "table", {"figure": figure(stories()), "by": ["kind", "voice"]}),
        draft("women-by-country", "table", {"figure": figure(members(women), of=members()), "by": ["country"]}),
        draft("saved-by-country", "table", {"figure": figure(money("sum")), "by": ["country", "currency"]}),
        draft(
            "q-amina",
            "quotation",
            {"story": "b" * 64, "sha256": words_sha256(WORDS)},
            period=YEAR,
            given=WordsValue(WORDS, "sv"),
            consent=CONSENT,
        ),
        ClaimDraft(
            code="bureau",
            kind="outside",
            statement={"sv": "Fattigdom", "en": "Poverty"},
            query=OutsideQuery("Bureau of Statistics, table 4, 2025", outside),
            period=YEAR,
        ),
    ]


def many_rows(*, seed: int = 1) -> Rows:
    """Invented facts with enough people that most of them may be spoken of."""
    rows = invented_rows(seed=seed, groups=40)
    rng = Random(seed)  # invented facts, no secret
    for number in range(120):
        head = (f"told-{number}", rng.choice(["KE", "MW"]), "partner-1", rng.choice(["rights_holder", "staff"]))
        for kind in rng.sample(["income", "voice", "nothing"], rng.randrange(1, 3)):
            told = date(2025, rng.randrange(1, 13), rng.randrange(1, 29))
            rows["stories"].append(
                (*head, "round-1", kind, "none" if kind == "nothing" else "better", None, told, True)
            )
    return rows


@cache
def many_facts(seed: int = 1) -> Facts:
    """The same as facts; worked out once."""
    return Facts.of(many_rows(seed=seed))


@cache
def edition(seed: int = 1) -> tuple[Claim, ...]:
    """All claims of the small edition; worked out once."""
    return make_claims(drafts=drafts(), facts=many_facts(seed), catalogue=shipped())


TEXTS = {
    "sv": {
        "people": "Vi är {{members}} medlemmar, över {{over-members}}; {{women}} av {{women:n}} är kvinnor.",
        "change": "Av {{income-told:n}} berättelser handlar {{income-told}} om inkomst.\n\n{{q-amina}}",
    },
    "en": {"people": "We are {{members}} members. They saved {{saved}}, each time {{saved-range}}."},
}


def report(language: str, claims: tuple[Claim, ...]) -> Report:
    """What a reader is shown of them."""
    by_code = {claim.code: claim for claim in claims}
    writer = CldrWriter.of(language)
    blocks: list[Any] = [Heading(1, "People", "people")]
    for text in TEXTS[language].values():
        placed = place(text=text, claims=by_code, writer=writer, language=language)
        blocks += [one for one in placed.blocks if isinstance(one, Prose)]
    table = by_code["by-country-sex"].value
    assert isinstance(table, TableValue)
    rows = [(BlockCell(str(cell.key)), BlockCell(str(cell.value or "…"), "by-country-sex")) for cell in table.cells]
    blocks.append(Table("By country", (BlockColumn("Who"), BlockColumn("n", True)), tuple(rows)))
    blocks.append(Quotation(WORDS, "sv", "", "", "A woman", "q-amina"))
    blocks.append(Prose((Placed("women", written(by_code["women"], writer=writer, language=language)),)))
    lines = [
        ClaimLine(one.code, one.statement[language], "", str(one.n), "2025", "", "facts", one.fingerprint)
        for one in claims
    ]
    return Report(
        title="Effect", subtitle="", organisation="Hope", language=language, direction="ltr", period="2025",
        as_of=date(2026, 3, 1), edition=1, is_draft=False, blocks=tuple(blocks), claims=tuple(lines), labels=(),
        data_version=claims[0].data_version,
    )  # fmt: skip


def content(seed: int = 1, **more: Any) -> PackContent:
    """What is frozen."""
    claims = edition(seed)
    named: dict[str, JsonValue] = {"title": "Effect", "number": 1, "organisation": "Hope"}
    frozen: dict[str, Any] = {
        "edition": named, "outline": {"code": load_outline("effect").code, "version": 1}, "seed": 7, "k": 5,
        "facts": many_facts(seed), "catalogue": shipped(), "claims": claims, "texts": TEXTS,
        "reports": {language: report(language, claims) for language in ("sv", "en")},
    }  # fmt: skip
    return PackContent(**(frozen | more))


@cache
def small_pack(seed: int = 1) -> bytes:
    """The pack, as bytes; written once."""
    return pack_bytes(content(seed))


def story_query(words: str) -> StoryQuery:
    """Whose words they are."""
    return StoryQuery("b" * 64, words_sha256(words))
