"""What many tables here have in common: who wrote a row, and whether it is to be looked at again."""

from __future__ import annotations

from django.db import models


class Written(models.Model):
    """A row that somebody wrote, under an id that was made where it was written: sending twice records it once."""

    id = models.UUIDField(primary_key=True)
    written_by = models.UUIDField()
    written_by_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        abstract = True


class Removable(models.Model):
    """A row that can be taken away and put back: nothing that was said is lost by a slip of the hand."""

    removed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Reviewed(models.Model):
    """Words of others that may repeat a story: when the story is withdrawn, somebody looks at them again."""

    review_since = models.DateTimeField(null=True)
    """Since when a story that it stood on is gone; empty when nobody need look at it."""

    class Meta:
        abstract = True
