"""People, places, and the one tree of networks, organisations, partners and groups."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

CELL_LEAST_DEFAULT = 5
CELL_LEAST_RANGE = (3, 100)
"""Fewer than three would let one of two people behind a number find the other; more than a hundred shows nothing."""


class Country(models.Model):
    """A country with what differs between countries: money, days without meetings, language."""

    code = models.CharField(primary_key=True, max_length=2)
    """ISO 3166-1, two capital letters."""
    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    """ISO 4217: what a new group's cash box holds unless it says otherwise."""
    weekly_free_days = models.JSONField(default=list)
    """Days of the week without meetings, Monday = 0."""
    locale = models.CharField(max_length=20)
    """How amounts and dates are written, such as sw_KE."""
    cell_least = models.PositiveSmallIntegerField(default=CELL_LEAST_DEFAULT)
    """A number of people in the country that is smaller than this is never published."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cell_least__range=CELL_LEAST_RANGE), name="people_country_cell_least_in_range"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2}$"), name="people_country_code"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="people_country_currency"),
        )

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A place by name: region, district, village, each inside the one above."""

    id = models.UUIDField(primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    level = models.CharField(max_length=40)
    """What such a place is called there: county, ward, palika, village."""
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(parent__isnull=False), name="people_place_once_inside_another"
            ),
            models.UniqueConstraint(
                fields=["country", "name"], condition=Q(parent__isnull=True), name="people_place_once_in_the_country"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Node(models.Model):
    """A body in the tree: what reaches a node reaches everything below it."""

    class Kind(models.TextChoices):
        NETWORK = "network"
        ORGANISATION = "organisation"
        PARTNER = "partner"
        GROUP = "group"

    id = models.UUIDField(primary_key=True)
    """UUIDv7, given by whoever founds it, so that sending twice founds it once."""
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name = models.CharField(max_length=200)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="nodes")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="nodes")
    created_at = models.DateTimeField()
    cell_least = models.PositiveSmallIntegerField(null=True)
    """A stricter limit than the country's for what is published about people here and below; null for none."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cell_least__isnull=True) | Q(cell_least__range=CELL_LEAST_RANGE),
                name="people_node_cell_least_in_range",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["network", "organisation", "partner", "group"]), name="people_node_kind"
            ),
            models.CheckConstraint(condition=~Q(id=F("parent_id")), name="people_node_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(name=""), name="people_node_named"),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind__in=["network", "organisation"]),
                name="people_node_only_networks_and_organisations_are_roots",
            ),
            models.CheckConstraint(
                condition=Q(country__isnull=False) | ~Q(kind="group"), name="people_node_group_has_country"
            ),
        )

    def __str__(self) -> str:
        return self.name


class NodeAncestor(models.Model):
    """Each node with each of its ancestors, itself included at depth 0: one join answers "everything below"."""

    id = models.BigAutoField(primary_key=True)
    ancestor = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="below")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["node", "ancestor"], name="people_nodeancestor_once"),
            models.UniqueConstraint(fields=["node", "depth"], name="people_nodeancestor_one_line"),
            models.CheckConstraint(
                condition=Q(depth=0, node=F("ancestor")) | (Q(depth__gt=0) & ~Q(node=F("ancestor"))),
                name="people_nodeancestor_depth",
            ),
        )

    def __str__(self) -> str:
        return f"{self.node_id} is {self.depth} below {self.ancestor_id}"


class Person(models.Model):
    """A person, with no more about her than the programme needs."""

    class Sex(models.TextChoices):
        FEMALE = "female"
        MALE = "male"
        OTHER = "other"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True)
    """UUIDv7, given where she was first written down."""
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="people")
    """Whose register she stands in: her group, or the organisation that she works for."""
    name = models.CharField(max_length=200)
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    birth_year = models.PositiveSmallIntegerField(null=True)
    has_disability = models.BooleanField(null=True)
    """Null when she was not asked or did not want to answer."""
    phone = models.CharField(max_length=20, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="people_person_named"),
            models.CheckConstraint(
                condition=Q(sex__in=["female", "male", "other", "unknown"]), name="people_person_sex"
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)), name="people_person_born"
            ),
        )

    def __str__(self) -> str:
        return self.name
