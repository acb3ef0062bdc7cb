"""Which control asks which type of question: one line for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from egenmakt.interfaces.web.stories.controls.base import Control
from egenmakt.interfaces.web.stories.controls.choices import Choices, Pictures
from egenmakt.interfaces.web.stories.controls.files import File
from egenmakt.interfaces.web.stories.controls.scales import Parts, Slider
from egenmakt.interfaces.web.stories.controls.stones import Stones
from egenmakt.interfaces.web.stories.controls.written import Day, Number, Place, Words

CONTROLS: Final[Mapping[str, Control]] = {
    "change_type": Choices(),
    "single": Choices(),
    "several": Choices(),
    "picture": Pictures(),
    "slider": Slider(),
    "dyad": Parts(template="web/stories/controls/dyad.html", script="slider"),
    "triad": Parts(template="web/stories/controls/triad.html", script="triad"),
    "stones": Stones(),
    "text": Words(),
    "number": Number(),
    "date": Day(),
    "place": Place(),
    "audio": File(accept="audio/*"),
    "photo": File(accept="image/*"),
}
