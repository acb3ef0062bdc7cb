"""What the database adds to a publisher's document: facts, targets and baselines, and the published effect report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as say

from egenmakt.apps.people.models import Node, NodeAncestor
from egenmakt.apps.reports.models import Edition
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.reports.queries.indicators import aims_in_force
from egenmakt.core.evidence.facts import Facts
from egenmakt.interfaces.exports.iati.publisher.form import Fault, Row
from egenmakt.interfaces.exports.iati.publisher.results import Aimed
from egenmakt.interfaces.exports.iati.values import Document, Words


@dataclass(frozen=True, slots=True)
class Body:
    """Whose results an activity tells: everybody's, or those of one partner."""

    node_id: UUID
    partner: str | None
    """As the facts have it; None for everybody."""


@dataclass(frozen=True, slots=True)
class EffectPage:
    """An edition of the effect report that is published, in one language."""

    url: str
    title: Words
    language: str
    on: date

    def as_document(self, category: str) -> Document:
        """As a link to a document of a category."""
        return Document(self.url, "text/html", self.title, (category,), None, (self.language,), self.on)


class Registers:
    """What is asked of the database for one publication, each thing once."""

    def __init__(self, document: Row) -> None:
        self._document = document
        self._top: Node | None = None

    def _organisation(self, faults: list[Fault]) -> Node | None:
        if self._top is None:
            self._top = _node(self._document, "node", faults)
        return self._top

    def body_of(self, activity: Row, document: Row, faults: list[Fault]) -> Body | None:
        """Whose results an activity tells: its partner's, or the whole organisation's."""
        top = self._organisation(faults)
        if top is None or activity["partner"] is None:
            return Body(top.id, None) if top is not None else None
        partner = _node(activity, "partner", faults)
        if partner is None:
            return None
        is_below = NodeAncestor.objects.filter(node=partner, ancestor=top).exists()
        if partner.kind != Node.Kind.PARTNER or not is_below:
            sentence = say("This is no partner of the organisation in “node”.")
            faults.append(Fault(activity.at("partner"), sentence, say("Give the name or id of one of its partners.")))
            return None
        return Body(partner.id, Hidden().id(partner.id))

    def aims_of(self, body: Body) -> Sequence[Aimed]:
        """The targets and baselines that stand for it now."""
        return [
            Aimed(key.indicator, key.kind, key.currency, key.from_on, key.until_on, aim.value, aim.of)
            for key, aim in aims_in_force(node_id=body.node_id).items()
            if aim.value is not None
        ]

    def facts(self, until_on: date) -> Facts:
        """Facts of the whole organisation until a day, which is exclusive. It has been found before."""
        assert self._top is not None  # nobody's results were asked for otherwise
        return facts_of(node_id=self._top.id, until_on=until_on)

    def effect_report(self, document: Row, *, year: int, faults: list[Fault]) -> list[EffectPage]:
        """The newest published edition for a year, in each language; nothing where nothing points to it."""
        own = document["organisation"]
        pointing = [
            one for one in (*document["activities"], *([own] if own is not None else ())) if one["effect_report"]
        ]
        if not pointing:
            return []
        place = pointing[0].at("effect_report")
        if document["site"] is None:
            sentence = say("It is not said where the report can be read.")
            faults.append(Fault("site", sentence, say("Write the address of this site: https://….")))
            return []
        top = self._organisation(faults)
        if top is None:
            return []
        edition = _edition(top, year)
        if edition is None:
            sentence = say("No effect report for %(year)s is published.") % {"year": year}
            faults.append(Fault(place, sentence, say("Publish one first, or do not point to it.")))
            return []
        return _pages(edition, document["site"].rstrip("/"))


def _edition(node: Node, year: int) -> Edition | None:
    """The newest published edition of a report whose period ends in a year, with its first day of the next."""
    rows = Edition.objects.filter(
        report__node=node,
        report__discarded_at__isnull=True,
        report__until_on__gt=date(year, 1, 1),
        report__until_on__lte=date(year + 1, 1, 1),
        published_at__isnull=False,
    )
    return rows.select_related("report").order_by("-report__until_on", "-published_at", "-number").first()


def _pages(edition: Edition, site: str) -> list[EffectPage]:
    titles: Mapping[str, str] = edition.report.titles
    found = []
    for language in edition.report.languages:
        path = reverse("effect_public", kwargs={"id": edition.id, "language": language})
        title = Words(((language, titles.get(language) or next(iter(titles.values()))),))
        if edition.published_at is not None:  # only published ones were asked for
            found.append(EffectPage(f"{site}{path}", title, language, edition.published_at.date()))
    return found


def _node(row: Row, name: str, faults: list[Fault]) -> Node | None:
    """A body by its name or id."""
    text = row[name]
    remedy = say("Give the name or id that the organisation or partner has on this site.")
    if text is None:
        faults.append(Fault(row.at(name), say("This is missing: results come from its registers."), remedy))
        return None
    try:
        found = list(Node.objects.filter(id=UUID(text)))
    except ValueError:
        found = list(Node.objects.filter(name__iexact=text).exclude(kind=Node.Kind.GROUP).order_by("id")[:2])
    if len(found) == 1:
        return found[0]
    sentence = say("Several are called “%(name)s”.") if found else say("There is nobody called “%(name)s”.")
    faults.append(Fault(row.at(name), sentence % {"name": text}, remedy))
    return None
