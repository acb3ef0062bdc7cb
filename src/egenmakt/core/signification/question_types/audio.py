"""Audio: a recording of the teller's voice."""

from __future__ import annotations

from egenmakt.core.signification.question_types.attachments import check_id, id_schema
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import Whole
from egenmakt.core.words import _

TYPE = QuestionType(
    name="audio",
    words=_("A recording of the teller's voice."),
    control="audio",
    check=check_id,
    schema=id_schema,
    fields={"seconds_max": Whole(1, 3600, default=300)},
    attachment="audio",
)
