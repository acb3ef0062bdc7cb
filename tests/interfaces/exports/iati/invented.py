"""An invented publication with something in every field, and a marker in every text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from egenmakt.core.money import Money
from egenmakt.interfaces.exports.iati.activities import (
    Activity,
    ActivityDate,
    ActivityFile,
    Budget,
    Contact,
    Defaults,
    Location,
    Part,
    Participant,
    PlannedDisbursement,
    PolicyMarker,
    Related,
    Transaction,
)
from egenmakt.interfaces.exports.iati.organisation import Line, OrganisationFile, PeriodMoney
from egenmakt.interfaces.exports.iati.results import (
    Baseline,
    Indicator,
    IndicatorPeriod,
    Measured,
    Reference,
    Result,
)
from egenmakt.interfaces.exports.iati.values import Document, Party, Publisher, Words, words

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
PUBLISHER = Publisher(ref="SE-ON-802000", name=words(sv="Påhittade förbundet", en="Invented Union"), kind="22")
FUNDER = Party(name=words(en="A funder"), ref="SE-0", kind="10", activity="SE-0-P1")
START, END = date(2025, 1, 1), date(2025, 12, 31)


def sek(major: int) -> Money:
    return Money(major * 100, "SEK")


def said(mark: str, where: str) -> Words:
    """A text in two languages in which the mark stands, inside a sentence."""
    return words(en=f"In {where}, {mark} is named.", sv=f"I {where} nämns {mark}s grupp.")


def document(mark: str, where: str) -> Document:
    return Document(
        url=f"https://example.org/{mark.lower()}/{where}.pdf", format="application/pdf", title=said(mark, where),
        categories=("A08", "A01"), description=said(mark, where), languages=("sv", "en"), on=date(2025, 6, 1),
    )  # fmt: skip


def partner(mark: str) -> Party:
    return Party(name=words(en=f"{mark} Trust", sv=mark), ref=f"MW-NBM-{mark}", kind="24", activity=f"MW-NBM-{mark}-1")


def result(mark: str) -> Result:
    return Result(
        kind="2", title=said(mark, "result"), description=said(mark, "result-description"), aggregates=True,
        documents=(document(mark, "result"), document("ordinary", "result")),
        indicators=(
            Indicator(
                measure="1", title=said(mark, "indicator"), description=said(mark, "indicator-description"),
                references=(Reference("99", f"G-{mark}", f"https://example.org/{mark}"), Reference("99", "G1")),
                documents=(document(mark, "indicator"),),
                baselines=(
                    Baseline(2024, Measured(Decimal(4), comment=said(mark, "baseline"),
                                            documents=(document(mark, "baseline"),)), date(2024, 12, 31)),
                ),
                periods=(
                    IndicatorPeriod(
                        START, END,
                        targets=(Measured(Decimal(10), comment=said(mark, "target")),),
                        actuals=(
                            Measured(Decimal("12"), (), said(mark, "actual"), documents=(document(mark, "actual"),)),
                            Measured(Decimal("9"), (("sex", "female"),)),
                            Measured(Decimal("3"), (("sex", "male"),)),
                            Measured(Decimal("5"), (("place", mark),)),
                            Measured(Decimal("7"), locations=("market",)),
                            Measured(Decimal("2"), locations=(f"place-{mark}",)),
                        ),
                    ),
                ),
            ),
            Indicator(
                measure="5", title=said(mark, "qualitative"),
                periods=(IndicatorPeriod(START, END, actuals=(Measured(comment=said(mark, "voice")),)),),
            ),
        ),
    )  # fmt: skip


def activity(code: str, mark: str, *, factor: int = 1) -> Activity:
    """An activity with something in every field, the mark in every text, identifier and address but its own code."""
    receiver = partner(mark)
    return Activity(
        code=code, title=said(mark, "title"), descriptions=(("1", said(mark, "general")), ("2", said(mark, "aims"))),
        status="2", dates=(ActivityDate("1", START), ActivityDate("2", date(2025, 2, 1)), ActivityDate("3", END)),
        participants=(Participant("1", FUNDER), Participant("4", receiver)),
        countries=(Part("MW", Decimal("60"), name=said(mark, "country")), Part("ZM", Decimal("39.5"))),
        regions=(Part("498", Decimal("0.5"), "1", said(mark, "region")),),
        sectors=(Part("24030", Decimal(75)), Part("15150", Decimal(25)), Part("own", None, "99", said(mark, "sector"))),
        language="en", currency="SEK", updated_at=AT, hierarchy=2, humanitarian=False,
        other_identifiers=(("A3", f"OLD-{mark}"), ("A1", "P-77")),
        contacts=(
            Contact("1", said(mark, "contact"), said(mark, "department"), said(mark, "person"), said(mark, "job"),
                    f"+265 1 {mark}", f"{mark.lower()}@example.org", f"https://{mark.lower()}.example.org",
                    said(mark, "address")),
            Contact("1", email="office@example.org"),
        ),
        locations=(
            Location(said(mark, "place"), said(mark, "place-about"), Decimal("-13.96261"), Decimal("33.77412"), "1",
                     f"place-{mark}", (("G1", 2, mark),)),
            Location(words(en="The market"), None, Decimal("-13.96261"), Decimal("33.77412"), "1", "market"),
        ),
        policy_markers=(PolicyMarker("1", "2"), PolicyMarker("own", vocabulary="99", name=said(mark, "marker"))),
        defaults=Defaults("4", "1", "10", "110", (("1", "C01"),), "5"),
        budgets=(Budget(START, END, sek(1000 * factor), START, "1", "2"),),
        planned=(PlannedDisbursement(START, date(2025, 3, 31), sek(250 * factor), START, "1", FUNDER, receiver),),
        transactions=(
            Transaction("1", date(2025, 1, 15), sek(900 * factor), date(2025, 1, 15), said(mark, "income"), FUNDER),
            Transaction("3", date(2025, 4, 10), Money(25050 * factor, "SEK"), date(2025, 4, 10), said(mark, "paid"),
                        Party(ref=PUBLISHER.ref), receiver, f"T-{mark}"),
            Transaction("3", date(2025, 5, 2), Money(7 * factor, "UGX"), date(2025, 5, 2), None, None, receiver),
        ),
        documents=(document(mark, "activity"), document("ordinary", "activity")),
        related=(Related("1", f"SE-ON-802000-{mark}"), Related("3", "SE-ON-802000-other")),
        results=(result(mark),),
    )  # fmt: skip


def activity_file(*activities: Activity) -> ActivityFile:
    return ActivityFile(PUBLISHER, activities, AT)


def organisation_file(mark: str) -> OrganisationFile:
    def year(major: int, *lines: Line) -> PeriodMoney:
        return PeriodMoney(date(2026, 1, 1), date(2026, 12, 31), sek(major), date(2026, 1, 1), "2", lines)

    line = Line(sek(5), date(2026, 3, 1), said(mark, "line"), f"L-{mark}")
    return OrganisationFile(
        publisher=PUBLISHER, generated_at=AT, updated_at=AT, language="en", currency="SEK",
        total_budgets=(year(900, line),),
        recipient_budgets=(
            (partner(mark), year(300, line)),
            (Party(name=words(en=f"The {mark} Sisters")), year(40)),
            (Party(name=words(en="Open Partner"), ref="MW-NBM-OPEN"), year(60)),
        ),
        region_budgets=((Part("498", vocabulary="1", name=said(mark, "region")), year(100)),),
        country_budgets=((Part("MW", name=said(mark, "country")), year(200, line)),),
        expenditures=(PeriodMoney(START, END, sek(800), END, None, (Line(sek(800), END, said(mark, "spent")),)),),
        documents=(document(mark, "organisation"), document("ordinary", "organisation")),
    )  # fmt: skip
