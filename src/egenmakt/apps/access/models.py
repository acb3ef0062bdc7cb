"""Users, and what they were allowed to do, where and by whom."""

from __future__ import annotations

import uuid6
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from egenmakt.apps.access.roles import Role
from egenmakt.apps.people.models import Node, Person


class UserManager(BaseUserManager["User"]):
    """Finds a user by e-mail address, whichever way it was typed."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. What she may do is in her grants, nowhere else."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    email = models.EmailField(unique=True)
    """In small letters."""
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True, related_name="user")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(email=Lower("email")), name="access_user_email_in_small_letters"),
            models.CheckConstraint(condition=~Q(name=""), name="access_user_named"),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Grant(models.Model):
    """A role that a user holds at a node and everywhere below it, until it is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=Role)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="grants")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="grants_given")
    """Null when it was given at the command line of the server."""
    granted_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="grants_revoked")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="access_grant_role"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True), name="access_grant_revoked"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "node"], condition=Q(revoked_at__isnull=True), name="access_grant_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} at {self.node_id}"


class DeviceToken(models.Model):
    """What a phone shows instead of a password: it acts for one user, at one node and below, until it is revoked.

    The secret itself is shown once, when the phone is enrolled, and never kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret, in hex. The secret has 256 random bits, so nothing slower is needed."""
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="devices")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="devices")
    """As far as it reaches: a group for the group's own phone, a partner for a facilitator's."""
    name = models.CharField(max_length=100)
    """What people call the phone: "Tumaini's Nokia"."""
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="devices_enrolled")
    """Null when it was enrolled at the command line of the server."""
    last_used_on = models.DateField(null=True)
    """The day only: enough to find phones that are no longer used, too little to follow a person by."""
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="devices_revoked")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="access_device_named"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True), name="access_device_revoked"
            ),
        )

    def __str__(self) -> str:
        return self.name
