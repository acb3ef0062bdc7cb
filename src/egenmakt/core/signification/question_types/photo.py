"""Photo: a picture that the teller takes or chooses."""

from __future__ import annotations

from egenmakt.core.signification.question_types.attachments import check_id, id_schema
from egenmakt.core.signification.question_types.base import QuestionType
from egenmakt.core.signification.question_types.fields import Whole
from egenmakt.core.words import _

TYPE = QuestionType(
    name="photo",
    words=_("A picture that the teller takes or chooses."),
    control="photo",
    check=check_id,
    schema=id_schema,
    fields={"pixels_max": Whole(64, 8192, default=1600)},
    attachment="photo",
)
"""`pixels_max` is the longer side; a larger picture is made smaller before it is sent."""
