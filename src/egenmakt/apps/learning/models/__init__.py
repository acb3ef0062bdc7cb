"""What is kept about making sense of stories. No row holds a word of a story: only the hash of its id."""

from egenmakt.apps.learning.models.harvesting import Outcome, Substantiation
from egenmakt.apps.learning.models.returning import Delivery, Return, ReturnDecision
from egenmakt.apps.learning.models.selecting import Candidate, Feedback, Selection
from egenmakt.apps.learning.models.using import StoryUse
from egenmakt.apps.learning.models.workshops import (
    Cluster,
    ClusterItem,
    Decision,
    DecisionGround,
    FollowUp,
    Idea,
    Interpretation,
    Observation,
    Workshop,
    WorkshopRound,
)

__all__ = [
    "Candidate",
    "Cluster",
    "ClusterItem",
    "Decision",
    "DecisionGround",
    "Delivery",
    "Feedback",
    "FollowUp",
    "Idea",
    "Interpretation",
    "Observation",
    "Outcome",
    "Return",
    "ReturnDecision",
    "Selection",
    "StoryUse",
    "Substantiation",
    "Workshop",
    "WorkshopRound",
]
