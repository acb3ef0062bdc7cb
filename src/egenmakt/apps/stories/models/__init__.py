"""What remembers the stories: how they were asked for, what was told, what was allowed, and what was forgotten."""

from egenmakt.apps.stories.models.beside import (
    Annotation,
    Masking,
    ModerationDecision,
    SafeguardingFlag,
    SearchText,
    Translation,
)
from egenmakt.apps.stories.models.goals import StoryGoal
from egenmakt.apps.stories.models.protection import (
    ConsentRecord,
    Erased,
    ExportedStory,
    ExportMade,
    FileToRemove,
    ReadingLog,
)
from egenmakt.apps.stories.models.rounds import Framework, FrameworkVersion, Round, RoundFacilitator, RoundLink
from egenmakt.apps.stories.models.telling import Attachment, Draft, Story, StoryArrival

__all__ = [
    "Annotation",
    "Attachment",
    "ConsentRecord",
    "Draft",
    "Erased",
    "ExportMade",
    "ExportedStory",
    "FileToRemove",
    "Framework",
    "FrameworkVersion",
    "Masking",
    "ModerationDecision",
    "ReadingLog",
    "Round",
    "RoundFacilitator",
    "RoundLink",
    "SafeguardingFlag",
    "SearchText",
    "Story",
    "StoryArrival",
    "StoryGoal",
    "Translation",
]
