"""Groups, their members and roles, their voted rules, cycles and goals, and their meetings word for word."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.ledger.models import Book, JournalEntry
from egenmakt.apps.people.models import Node, Person


class SavingsGroup(models.Model):
    """A group with a book of its own. Its name, country and place stand on its node in the tree."""

    class Kind(models.TextChoices):
        SELF_HELP = "self_help"
        SAVINGS = "savings"
        CREDIT = "credit"
        COOPERATIVE = "cooperative"
        YOUTH = "youth"
        FARMERS = "farmers"
        DISABILITY = "disability"
        NETWORK = "network"

    id = models.UUIDField(primary_key=True)
    """The same as its node's and its book's: one group, one place in the tree, one book."""
    node = models.OneToOneField(Node, on_delete=models.PROTECT, related_name="group")
    book = models.OneToOneField(Book, on_delete=models.PROTECT, related_name="group")
    organisation_id = models.UUIDField(db_index=True)
    """The organisation at the top of the group's branch, kept here so that rows can be placed by it."""
    kind = models.CharField(max_length=20, choices=Kind)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=10)
    formed_on = models.DateField()
    is_training = models.BooleanField(default=False)
    """A group made to learn with: its money never reaches a real total."""
    support_ended_on = models.DateField(null=True)
    """When the partner stopped visiting: a group that still meets afterwards is a sign of lasting change."""
    closed_on = models.DateField(null=True)
    last_number = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True, default="")
    last_held_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=F("node_id")) & Q(id=F("book_id")), name="groups_group_one_id"),
        )

    def __str__(self) -> str:
        return str(self.id)


class StepReached(models.Model):
    """The step of the method that a group has reached, from a day on: mobilised, trained, with credit, expanding."""

    class Step(models.TextChoices):
        MOBILISE = "mobilise"
        TRAIN = "train"
        CREDIT = "credit"
        EXPAND = "expand"

    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=Step)
    from_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["group", "from_on"], name="groups_step_once_a_day"),
            models.CheckConstraint(
                condition=Q(step__in=["mobilise", "train", "credit", "expand"]), name="groups_step_is_one_of_four"
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} from {self.from_on}"


class Membership(models.Model):
    """A person in a group; or, in a network of groups, a group."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        LEFT = "left"
        DIED = "died"

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="memberships")
    member_group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, null=True, related_name="belongs_to")
    number = models.PositiveIntegerField()
    """The member's number in the group's books, which tells two members with equal names apart."""
    symbol = models.CharField(max_length=20, blank=True, default="")
    """A picture sign for members who do not read, such as fish, drum or star."""
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.ACTIVE)
    pin_key = models.BinaryField(null=True)
    """The secret made from the member's PIN; never the PIN."""
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)
    has_drawn_pot = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["group", "number"], name="groups_membership_number_once"),
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(status="active"), name="groups_membership_person_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, member_group__isnull=True)
                | Q(person__isnull=True, member_group__isnull=False),
                name="groups_membership_person_or_group",
            ),
            models.CheckConstraint(
                condition=Q(status="active", left_on__isnull=True) | (~Q(status="active") & Q(left_on__isnull=False)),
                name="groups_membership_left_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(member_group__isnull=True) | ~Q(member_group=F("group")),
                name="groups_membership_not_of_itself",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class OfficeHeld(models.Model):
    """An office that a member holds for a time: chair, record-keeper, box-keeper, money-counter, key-holder."""

    class Office(models.TextChoices):
        CHAIR = "chair"
        RECORD_KEEPER = "record_keeper"
        BOX_KEEPER = "box_keeper"
        MONEY_COUNTER = "money_counter"
        KEY_HOLDER = "key_holder"

    COMMITTEE = (Office.CHAIR, Office.RECORD_KEEPER, Office.BOX_KEEPER, Office.MONEY_COUNTER)

    id = models.BigAutoField(primary_key=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(max_length=20, choices=Office)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    """The day from which it is no longer held."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="groups_office_in_order"
            ),
            models.UniqueConstraint(
                fields=["membership", "office"], condition=Q(until_on__isnull=True), name="groups_office_once"
            ),
        )

    def __str__(self) -> str:
        return self.office


class ConstitutionVersion(models.Model):
    """The rules that the members voted for, from a day on: in words, and as data that the system keeps."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="constitutions")
    number = models.PositiveIntegerField()
    adopted_on = models.DateField()
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField()
    votes_abstained = models.PositiveIntegerField()
    rules = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "number"], name="groups_constitution_number_once"),)

    def __str__(self) -> str:
        return f"version {self.number}"


class Cycle(models.Model):
    """The time from one share-out to the next; a group without share-out has one long cycle a year."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    end_planned_on = models.DateField()
    closed_on = models.DateField(null=True)
    shared_out_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["group", "number"], name="groups_cycle_number_once"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(closed_on__isnull=True), name="groups_cycle_one_open"
            ),
            models.CheckConstraint(condition=Q(end_planned_on__gt=F("starts_on")), name="groups_cycle_in_order"),
        )

    def __str__(self) -> str:
        return f"cycle {self.number}"


class Goal(models.Model):
    """What the group, or one member, wants to reach; how far it has come is read from the ledger."""

    class Measure(models.TextChoices):
        SAVINGS = "savings"
        SOCIAL_FUND = "social_fund"

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="goals")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="goals")
    words = models.CharField(max_length=300)
    measure = models.CharField(max_length=12, choices=Measure, default=Measure.SAVINGS)
    target_minor = models.BigIntegerField()
    set_on = models.DateField()
    due_on = models.DateField()
    given_up_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(target_minor__gt=0), name="groups_goal_above_zero"),
            models.CheckConstraint(condition=Q(due_on__gte=F("set_on")), name="groups_goal_in_order"),
        )

    def __str__(self) -> str:
        return self.words


class Arrival(models.Model):
    """A meeting document as it arrived, byte for byte, whatever became of it."""

    class State(models.TextChoices):
        ACCEPTED = "accepted"
        HELD = "held"
        QUARANTINED = "quarantined"
        REFUSED = "refused"
        SETTLED = "settled"

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, null=True, related_name="arrivals")
    """Null when the document could not be read so far."""
    meeting_id = models.UUIDField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField()
    content_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=State)
    findings = models.JSONField(default=list)
    """Why it was not accepted: code, place and numbers of each reason."""
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_words = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["meeting_id", "content_hash"], name="groups_arrival_content_once"),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="groups_arrival_settled_by_and_at",
            ),
        )
        indexes = (
            models.Index(fields=["group", "previous_hash"], condition=Q(state="held"), name="groups_arrival_held"),
            models.Index(
                fields=["group"], condition=Q(state__in=["quarantined", "refused"]), name="groups_arrival_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.meeting_id}"


class Meeting(models.Model):
    """A meeting that was accepted: a link of the group's chain, with the document it was made from."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="meetings")
    organisation_id = models.UUIDField()
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=10)
    held_on = models.DateField()
    constitution_number = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    code = models.CharField(max_length=8)
    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="meeting")
    members_active = models.PositiveIntegerField()
    present = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    excused = models.PositiveIntegerField(default=0)
    on_leave = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["group", "number"], name="groups_meeting_number_once"),
            models.UniqueConstraint(fields=["group", "previous_hash"], name="groups_meeting_one_child"),
        )

    def __str__(self) -> str:
        return f"meeting {self.number} on {self.held_on}"


class Correction(models.Model):
    """A mistake in an old meeting put right: what should have been written, why, and who decided."""

    id = models.UUIDField(primary_key=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="correction")
    content = models.BinaryField()
    """The meeting as it should have been, in the same form as the meeting's own document."""
    reason = models.CharField(max_length=2000)
    decided_in = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="decided_corrections")
    corrected_by = models.UUIDField()
    corrected_at = models.DateTimeField()
    effect = models.JSONField()
    """What it changed: each account's balance before and after, and the members touched."""

    def __str__(self) -> str:
        return self.reason


class CutOffSheet(models.Model):
    """What a group had, owed and owned on the day it began to keep its book here."""

    id = models.UUIDField(primary_key=True)
    group = models.OneToOneField(SavingsGroup, on_delete=models.PROTECT, related_name="cut_off_sheet")
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="cut_off_sheet")
    cut_off_on = models.DateField()
    content = models.BinaryField()
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cut-off {self.cut_off_on}"


class Draft(models.Model):
    """Something that is being written and not sent yet: a meeting, a share-out meeting, or a cut-off sheet.

    What was typed is kept as it was typed, so that nothing is lost on a mistake, a break or an empty battery. PINs are
    never in it. Nothing in a draft has any effect until it is sent.
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary"
        SHARE_OUT = "share_out"
        CUT_OFF = "cut_off"

    id = models.UUIDField(primary_key=True)
    """The id that the meeting, or the sheet, will have: sending twice records it once."""
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=10, choices=Kind)
    typed = models.JSONField(default=dict)
    """For each step: the fields as they were typed, the cards that were added, and the language of the numbers."""
    saved_by = models.UUIDField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "kind"], name="groups_draft_one_of_a_kind"),)

    def __str__(self) -> str:
        return f"draft {self.kind}"


class OwnGradingCard(models.Model):
    """A mark card that an organisation uses beside those that ship with the program."""

    id = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    content = models.JSONField()
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Grading(models.Model):
    """A group graded on a day, with the card and the measures it was graded by."""

    id = models.UUIDField(primary_key=True)
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, related_name="gradings")
    card = models.JSONField()
    """The whole card, so that an old grading stays readable when the card changes."""
    measures = models.JSONField()
    graded_on = models.DateField()
    total = models.CharField(max_length=40)
    """An exact number as text."""
    grade = models.CharField(max_length=100)
    graded_by = models.UUIDField()
    graded_by_name = models.CharField(max_length=200)
    graded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.grade} on {self.graded_on}"
