"""The tables of reports."""

from egenmakt.apps.reports.models.effect import (
    ClaimVersion,
    Edition,
    EditionStory,
    EffectReport,
    FindingAnswer,
    SectionText,
)

__all__ = ["ClaimVersion", "Edition", "EditionStory", "EffectReport", "FindingAnswer", "SectionText"]
