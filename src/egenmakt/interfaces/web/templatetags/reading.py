"""Tags of the reading pages: {% load reading %}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.interfaces.web import charts, formats
from egenmakt.interfaces.web.templatetags.parts import page_settings

if TYPE_CHECKING:
    from egenmakt.interfaces.web.group_page import CycleProgress

register = template.Library()


@register.simple_tag(takes_context=True)
def cycle_progress(context: Context, cycle: CycleProgress) -> SafeString:
    """{% cycle_progress cycle %}: how far the cycle has run, in words and as a bar."""
    words = _("%(gone)s of %(all)s days") % {
        "gone": formats.number_text(cycle.days_gone),
        "all": formats.number_text(cycle.days_all),
    }
    direction: charts.Direction = "rtl" if page_settings(context).direction == "rtl" else "ltr"
    bar = charts.progress_bar(reached=cycle.days_gone, goal=cycle.days_all, label=words, direction=direction)
    return format_html('<p class="progress-words">{}</p>{}', words, bar)
