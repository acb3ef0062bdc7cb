"""Claims in prose: written in the language, told from what was typed, and what is unknown said with its place."""

from __future__ import annotations

from datetime import date

import pytest

from egenmakt.core.evidence.blocks import Bullets, Placed, Prose, Text
from egenmakt.core.evidence.claims.claim import Claim
from egenmakt.core.evidence.claims.placing import Alone, ByHand, NoSuchPart, PlacedText, parts_of, place, written
from egenmakt.core.evidence.claims.queries import (
    Asked,
    ComparisonQuery,
    FigureQuery,
    OutsideQuery,
    RangeQuery,
    TableQuery,
)
from egenmakt.core.evidence.claims.values import (
    Cell,
    ComparisonValue,
    FigureValue,
    OutsideRow,
    OutsideValue,
    RangeValue,
    TableValue,
)
from egenmakt.core.evidence.claims.writing import CldrWriter
from tests.support.honesty import CLAIMS, asked, claim

NB = "\u00a0"


def of_money(low: str = "lowest") -> Asked:
    measure = {"table": "money", "take": low, "column": "amount_minor"}
    document = {"measure": measure, "from_on": "2025-01-01", "until_on": "2026-01-01", "cell": {"currency": "USD"}}
    return Asked(document)  # type: ignore[arg-type]  # JSON, all of it


MORE = {
    one.code: one
    for one in (
        claim("income", "range", RangeQuery(of_money(), of_money("highest")), RangeValue(4000, 15000, 63)),
        claim("saved", "money", FigureQuery(of_money("sum")), FigureValue(125050, None, None, None, 63)),
        claim("few", "number", FigureQuery(asked()), FigureValue(12, None, None, None, 12)),
        claim("sample", "share", FigureQuery(asked(), sample=True), FigureValue(109, 263, 3571, 4749, 263)),
        claim(
            "moved",
            "comparison",
            ComparisonQuery(asked(), asked(2024), sample=True),
            ComparisonValue(56, 70, 70, 48, 80, 80, 2000, 524, 3339),
        ),
        claim("by-sex", "table", TableQuery(asked(), ("sex",)), TableValue((Cell(("female",), 9),), 9)),
        claim(
            "bureau",
            "outside",
            OutsideQuery("Bureau of Statistics, table 4", (OutsideRow("poor households", 310, 1000),)),
            OutsideValue((OutsideRow("poor households", 310, 1000),)),
        ),
    )
}
ALL = CLAIMS | MORE


def placed(text: str, language: str = "sv") -> PlacedText:
    return place(text=text, claims=ALL, writer=CldrWriter.of(language), language=language)


def test_claims_are_written_in_the_language_of_the_report() -> None:
    swedish = placed("Över {{stories-floor}} berättelser, {{women-share}} från kvinnor (n = {{women-share:n}}).")

    assert swedish == PlacedText(
        (
            Prose(
                (
                    Text("Över "),
                    Placed("stories-floor", f"1{NB}200"),
                    Text(" berättelser, "),
                    Placed("women-share", f"41{NB}%"),
                    Text(" från kvinnor (n = "),
                    Placed("women-share", "263"),
                    Text(")."),
                )
            ),
        ),
        (),
        (),
    )
    assert swedish.codes == ("stories-floor", "women-share")


@pytest.mark.parametrize(
    ("code", "part", "sv", "en"),
    [
        ("stories-floor", "", f"1{NB}200", "1,200"),
        ("stories-floor", "value", f"1{NB}213", "1,213"),
        ("women-share", "share", f"41{NB}%", "41%"),
        ("women-share", "value", "109", "109"),
        ("sample", "low", f"35,7{NB}%", "35.7%"),
        ("sample", "high", f"47,5{NB}%", "47.5%"),
        ("moved", "", "20", "20"),
        ("moved", "difference", "20", "20"),
        ("moved", "low", "5,2", "5.2"),
        ("moved", "share", f"80{NB}%", "80%"),
        ("moved", "against", f"60{NB}%", "60%"),
        ("income", "", f"40–150{NB}USD", f"USD{NB}40–150"),
        ("income", "low", f"40{NB}USD", f"USD{NB}40"),
        ("saved", "", f"1{NB}250,50{NB}USD", f"USD{NB}1,250.50"),
        ("few", "words", "tolv", "twelve"),
        ("q-amina", "words", "Nu vågar jag tala på mötet", "Nu vågar jag tala på mötet"),
        ("bureau", "", f"31{NB}%", "31%"),
        ("bureau", "words", "poor households", "poor households"),
    ],
)
def test_each_part_of_a_claim_is_written(code: str, part: str, sv: str, en: str) -> None:
    assert written(ALL[code], writer=CldrWriter.of("sv"), language="sv", part=part) == sv
    assert written(ALL[code], writer=CldrWriter.of("en"), language="en", part=part) == en


@pytest.mark.parametrize("code", sorted(ALL))
def test_every_part_that_a_claim_says_it_has_can_be_written(code: str) -> None:
    writer = CldrWriter.of("sv")

    for part in parts_of(ALL[code], writer=writer, language="sv"):
        assert written(ALL[code], writer=writer, language="sv", part=part)
    with pytest.raises(NoSuchPart):
        written(ALL[code], writer=writer, language="sv", part="nothing")


def test_numbers_typed_by_hand_are_marked_and_listed_with_their_place() -> None:
    text = placed("Vi är här.\n\nNu möttes 85 ledare. Där var {{few}} andra.")

    assert text.by_hand == (ByHand(2, 10, "85", "Nu möttes 85 ledare."),)
    assert text.blocks[1] == Prose(
        (Text("Nu möttes "), Text("85", unproved=True), Text(" ledare. Där var "), Placed("few", "12"), Text(" andra."))
    )


def test_an_unknown_claim_is_said_with_its_place_and_the_nearest_known_one() -> None:
    text = placed("Vi är {{member-ke}}, {{x:y}} och {{few:share}}.")

    assert [str(one) for one in text.misplaced] == [
        "Paragraph 1: there is no claim 'member-ke'. Did you mean members-ke?",
        "Paragraph 1: there is no claim 'x'.",
        "Paragraph 1: few has no part 'share'; it has n, words.",
    ]
    assert [one.start for one in text.misplaced] == [6, 21, 33]
    assert Text("{{member-ke}}", unproved=True) in text.blocks[0].inlines  # type: ignore[union-attr]  # a paragraph


def test_lists_and_claims_that_stand_alone_are_blocks_of_their_own() -> None:
    text = placed("Först:\n- ett\n- {{few}} till\n\n{{by-sex}}\n\n{{q-amina}}\n\n{{few}}")

    assert text.blocks == (
        Prose((Text("Först:"),)),
        Bullets(((Text("ett"),), (Placed("few", "12"), Text(" till")))),
        Alone("by-sex"),
        Alone("q-amina"),
        Prose((Placed("few", "12"),)),
    )
    assert text.codes == ("few", "by-sex", "q-amina")


def test_a_table_in_the_middle_of_a_sentence_is_refused() -> None:
    (one,) = placed("Se {{by-sex}} här.").misplaced

    assert str(one) == "Paragraph 1: by-sex stands in a paragraph by itself."


def test_nothing_of_a_text_is_lost() -> None:
    plain = "Hon sade: ”Vi var 12.” Den 3 mars 2025 kom 85, t.ex. från byn.\n\n- Punkt 2."
    (prose, bullets) = placed(plain).blocks

    assert isinstance(prose, Prose)
    assert isinstance(bullets, Bullets)
    assert "".join(one.text for one in prose.inlines) == plain.split("\n")[0]
    assert "".join(one.text for one in bullets.items[0]) == "Punkt 2."


def test_the_period_of_a_claim_can_be_placed() -> None:
    older: Claim = CLAIMS["old-members"]

    assert older.period == (date(2024, 1, 1), date(2025, 1, 1))
    assert written(older, writer=CldrWriter.of("sv"), language="sv", part="period") == "2024"
