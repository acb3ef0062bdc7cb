"""Stories as their tellers told and classified them, with their attachments, and what is on its way to become one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from egenmakt.apps.groups.models import SavingsGroup
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models.rounds import FrameworkVersion, Round, RoundLink


class Story(models.Model):
    """A story and its teller's own answers. Nobody can change either: triggers refuse it.

    What may follow what happens: consent and visibility, the state of moderation, and whether it is flagged. The large
    columns stand last, so that reading the answers of many stories does not drag their texts along.
    """

    class Mode(models.TextChoices):
        REAL = "real"
        TEST = "test"

    class Voice(models.TextChoices):
        RIGHTS_HOLDER = "rights_holder"
        PARTNER = "partner"
        STAFF = "staff"

    class CollectedBy(models.TextChoices):
        SELF = "self"
        FACILITATOR = "facilitator"
        PAPER = "paper"

    class Visibility(models.TextChoices):
        TEAM = "team"
        PARTNER = "partner"
        ORGANISATION = "organisation"
        ANYONE = "anyone"

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        SET_ASIDE = "set_aside"

    id = models.UUIDField(primary_key=True)
    """Born where the story was told, so that sending twice records it once."""
    id_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the id: all that is left when the story is erased."""
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="stories")
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="stories")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="stories")
    """The round's partner, kept here so that rows can be placed by it."""
    organisation_id = models.UUIDField()
    mode = models.CharField(max_length=4, choices=Mode)
    state = models.CharField(max_length=10, choices=State)
    is_flagged = models.BooleanField(default=False)
    """Somebody may come to harm: the story is out of all views until the named person has decided."""
    teller_key = models.UUIDField()
    voice = models.CharField(max_length=16, choices=Voice)
    collected_by = models.CharField(max_length=12, choices=CollectedBy)
    facilitator = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)
    """Null when it came by a link, which names nobody."""
    link = models.ForeignKey(RoundLink, on_delete=models.PROTECT, null=True, related_name="stories")
    group = models.ForeignKey(SavingsGroup, on_delete=models.PROTECT, null=True, related_name="stories")
    step = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=20)
    prompt = models.CharField(max_length=60)
    told_of = models.CharField(max_length=10, blank=True, default="")
    """When it happened, as precisely as the teller said: `2026`, `2026-03` or `2026-03-14`."""
    visibility = models.CharField(max_length=12, choices=Visibility)
    may_learn = models.BooleanField()
    may_partner = models.BooleanField()
    may_donor = models.BooleanField()
    may_public_text = models.BooleanField()
    may_photo = models.BooleanField()
    may_voice = models.BooleanField()
    may_machine_translation = models.BooleanField()
    """What the teller allows now; every answer that she ever gave about it is in ConsentRecord."""
    withdrawal_hash = models.CharField(max_length=64, blank=True, default="")
    """Of the code on the teller's slip; empty when none was given, as with stories from elsewhere."""
    content_hash = models.CharField(max_length=64)
    interview_hash = models.CharField(max_length=64)
    """The same for the same interview sent under another id."""
    twin_let_in_at = models.DateTimeField(null=True)
    """When a person decided that it is another interview than the one that reads the same and was here already."""
    warnings = models.JSONField(default=list)
    """What a person should look at, such as a text that does not look like its language. It never stops a story."""
    where = models.JSONField(null=True)
    answers = models.JSONField()
    title = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(mode__in=["real", "test"]), name="stories_story_mode"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "set_aside"]), name="stories_story_state"
            ),
            models.CheckConstraint(
                condition=Q(voice__in=["rights_holder", "partner", "staff"]), name="stories_story_voice"
            ),
            models.CheckConstraint(
                condition=Q(collected_by__in=["self", "facilitator", "paper"]), name="stories_story_collected_by"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["team", "partner", "organisation", "anyone"]),
                name="stories_story_visibility",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True)
                | Q(finished_at__isnull=True)
                | Q(finished_at__gte=F("started_at")),
                name="stories_story_in_order",
            ),
            models.UniqueConstraint(
                fields=["interview_hash", "mode"],
                condition=Q(twin_let_in_at__isnull=True),
                name="stories_story_interview_once",
            ),
        )
        indexes = (
            models.Index(fields=["round", "facilitator"], name="stories_story_by_round"),
            models.Index(fields=["node", "received_at", "id"], name="stories_story_by_node"),
            models.Index(fields=["framework_version", "mode"], name="stories_story_by_version"),
            models.Index(fields=["organisation_id", "received_at", "id"], name="stories_story_by_org"),
            models.Index(fields=["round", "received_at", "id"], name="stories_story_listed_in_round"),
            models.Index(fields=["received_at", "id"], name="stories_story_listed"),
            models.Index(fields=["teller_key"], name="stories_story_by_teller"),
            models.Index(fields=["withdrawal_hash"], name="stories_story_by_slip"),
            models.Index(fields=["interview_hash"], name="stories_story_by_interview"),
            models.Index(fields=["node"], condition=Q(state="waiting"), name="stories_story_waiting"),
            models.Index(fields=["node"], condition=Q(is_flagged=True), name="stories_story_flagged"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A photo or a voice that belongs to a story. Its file lies in the installation's file store."""

    class Kind(models.TextChoices):
        PHOTO = "photo"
        AUDIO = "audio"

    id = models.UUIDField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind)
    media_type = models.CharField(max_length=40)
    sent_sha256 = models.CharField(max_length=64)
    """Of the bytes as they were sent, which are never kept."""
    sent_bytes = models.PositiveBigIntegerField()
    stored_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Of the file that is kept, without place, camera and date; empty until it has arrived."""
    stored_bytes = models.PositiveBigIntegerField(default=0)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(stored_at__isnull=True, stored_sha256="")
                | (Q(stored_at__isnull=False) & ~Q(stored_sha256="")),
                name="stories_attachment_stored_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class StoryArrival(models.Model):
    """A story's document as it arrived, byte for byte. What comes without consent to keep it never gets here."""

    class State(models.TextChoices):
        ACCEPTED = "accepted"
        QUARANTINED = "quarantined"
        REFUSED = "refused"
        SETTLED = "settled"

    id = models.UUIDField(primary_key=True)
    story_id = models.UUIDField(db_index=True)
    """No foreign key: most of those that wait in quarantine have no story of their own."""
    id_hash = models.CharField(max_length=64)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="arrivals")
    withdrawal_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    content = models.BinaryField()
    content_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=State)
    findings = models.JSONField(default=list)
    """Why it was not accepted: code and place of each reason, without a word of the story."""
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_words = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["story_id", "content_hash"], name="stories_arrival_content_once"),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="stories_arrival_settled_by_and_at",
            ),
        )
        indexes = (
            models.Index(
                fields=["round"], condition=Q(state__in=["quarantined", "refused"]), name="stories_arrival_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.story_id}"


class Draft(models.Model):
    """A story that is being told in a browser, kept as it was typed so that it can be gone on with; it expires."""

    id = models.UUIDField(primary_key=True)
    """The id that the story will have: sending twice records it once."""
    id_hash = models.CharField(max_length=64, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    resume_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the code by which the teller goes on."""
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)
