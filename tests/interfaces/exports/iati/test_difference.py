"""What a new file changes is named with its path; what must not happen is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from egenmakt.interfaces.exports.iati.difference import Change, Difference, difference
from egenmakt.interfaces.exports.iati.exclusions import Exclusions
from egenmakt.interfaces.exports.iati.protection import publish_activities
from egenmakt.interfaces.exports.iati.writer import write_activities
from tests.interfaces.exports.iati.breaking import GOOD
from tests.interfaces.exports.iati.invented import activity, activity_file

pytestmark = pytest.mark.once  # no database is asked

OLD = GOOD["activities"].decode()


def against(*changes: tuple[str, str]) -> Difference:
    new = OLD
    for before, after in changes:
        assert before in new
        new = new.replace(before, after, 1)
    return difference(OLD.encode(), new.encode())


def test_the_same_file_in_another_order_is_no_difference() -> None:
    one, other = activity("A", "Plain"), activity("B", "Plain")

    found = difference(write_activities(activity_file(one, other)), write_activities(activity_file(other, one)))
    indented = difference(OLD.encode(), OLD.replace("\n", "\n\n  ").encode())
    later = against(('last-updated-datetime="2026-05-01', 'last-updated-datetime="2026-05-09'))

    assert found == indented == later == Difference((), (), (), ())


def test_what_is_changed_is_named_with_path_old_and_new() -> None:
    found = against(
        ("Groups that save", "Groups that lend"),
        ('<value value-date="2025-04-10">250.00</value>', '<value value-date="2025-04-10">260.00</value>'),
        ('<activity-date type="3" iso-date="2025-12-31"/>', '<activity-date type="3" iso-date="2026-01-31"/>'),
        ('<capital-spend percentage="10"/>', ""),
        (
            '<actual value="12"/>',
            '<actual value="12"/><actual value="5"><dimension name="sex" value="female"/></actual>',
        ),
    )

    identifier = "SE-ON-802000-A"
    assert set(found.changes) == {
        Change(identifier, "changed", "/title/narrative", "Groups that save", "Groups that lend"),
        Change(identifier, "changed", "/transaction/value", "250.00", "260.00"),
        Change(identifier, "changed", "/activity-date[3]/@iso-date", "2025-12-31", "2026-01-31"),
        Change(identifier, "removed", "/capital-spend", '<capital-spend percentage="10"/>', ""),
        Change(
            identifier, "added", "/result/indicator[1]/period/actual[2]", "",
            '<actual value="5"><dimension name="sex" value="female"/></actual>',
        ),
    }  # fmt: skip
    assert (found.added, found.removed, found.changed, found.warnings) == ((), (), (identifier,), ())


def test_an_identifier_that_disappears_is_an_error() -> None:
    found = against(("<iati-identifier>SE-ON-802000-C<", "<iati-identifier>SE-ON-802000-C2<"))

    assert (found.added, found.removed) == (("SE-ON-802000-C2",), ("SE-ON-802000-C",))
    assert [(one.rule, one.severity) for one in found.warnings] == [("identifier", "error")]
    assert "SE-ON-802000-C was published" in found.warnings[0].sentence


@pytest.mark.parametrize(
    ("before", "after", "warned"),
    [
        ('type="2" iso-date="2025-02-01"', 'type="2" iso-date="2025-01-31"', True),
        ('type="4" iso-date="2026-03-31"', 'type="4" iso-date="2026-03-30"', True),
        ('<activity-date type="4" iso-date="2026-03-31"/>', "", True),
        ('type="4" iso-date="2026-03-31"', 'type="4" iso-date="2026-04-01"', False),
        ('type="3" iso-date="2025-12-31"', 'type="3" iso-date="2025-11-30"', False),
    ],
)
def test_an_actual_date_that_goes_back_is_warned_of_and_a_planned_one_is_not(
    before: str, after: str, warned: bool
) -> None:
    found = against((before, after))

    assert [one.rule for one in found.warnings] == (["actual date"] if warned else [])
    assert found.changed == ("SE-ON-802000-A",)


def test_an_activity_that_is_hidden_after_it_was_published_is_said() -> None:
    content = activity_file(activity("A", "Plain"), activity("B", "Plain"))
    hidden = publish_activities(content, exclusions=Exclusions(activities=frozenset({"A"}), places="exact"))

    found = difference(write_activities(content), hidden.data)

    assert (found.added, found.removed) == (("SE-ON-802000-not-named",), ("SE-ON-802000-A",))
    assert "safety" in found.warnings[0].remedy


def test_organisation_files_are_compared_too() -> None:
    old = GOOD["organisations"]

    found = difference(old, old.replace(b">300.00<", b">310.00<"))

    assert [(one.path, one.old, one.new) for one in found.changes] == [
        ("/recipient-org-budget/value", "300.00", "310.00")
    ]
    assert found.as_json()["changed"][0]["identifier"] == "SE-ON-802000"


def _real() -> list[Path]:
    return sorted((Path(__file__).resolve().parents[5] / "shared" / "data" / "iati").glob("*.xml"))


@pytest.mark.skipif(not _real(), reason="real IATI files are not at ../shared/data/iati")
def test_a_real_file_does_not_differ_from_itself() -> None:
    for file in _real():
        assert difference(file, file.read_bytes()) == Difference((), (), (), ()), file.name
