"""Frameworks and targets as core reads them, from the rows that keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from egenmakt.apps.stories.models import FrameworkVersion
from egenmakt.apps.stories.parsing import parse
from egenmakt.core.signification.framework import Framework, read_framework
from egenmakt.core.signification.rounds import Quota, RoundTarget


def json_of(version: FrameworkVersion) -> dict[str, Any]:
    """A version's content as JSON."""
    return parse(version.content.encode())


def framework_of(*, version: FrameworkVersion) -> Framework:
    """A version as core reads it."""
    if version.state == FrameworkVersion.State.IN_USE:
        return _framework(version.fingerprint, version.id)
    return read_framework(json_of(version))


@lru_cache(maxsize=64)
def _framework(fingerprint: str, version_id: int) -> Framework:
    """A framework that is in use and so never changes, read once."""
    return read_framework(json_of(FrameworkVersion.objects.get(id=version_id)))


def target_of(*, target: int, quotas: Sequence[Mapping[str, Any]]) -> RoundTarget:
    """A round's target and quotas as core reads them. Raises: InvalidTarget with every problem."""
    return RoundTarget(
        target, tuple(Quota(str(each["by"]), str(each["value"]), int(each["target"])) for each in quotas)
    )
