"""What the pages of this wing share: a form that does one deed, lists to choose from, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed, nodes_where
from egenmakt.apps.learning.queries.stories import StoryLine, story_lines
from egenmakt.apps.people.models import Node
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.queries.stories import visible_stories
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.learning.words import REFUSALS
from egenmakt.interfaces.web.paging import keyset_page
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Tab, Table
from egenmakt.interfaces.web.writing import address, me

EXCERPT = 160
"""Characters of a story where it is chosen from a list."""


def writing_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with a form, for who is signed in; never kept by a browser that others use."""
    return never_cache(login_required(require_http_methods(["GET", "POST"])(view)))


def deed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Something that is done at once and can be undone: by POST only."""
    return never_cache(login_required(require_POST(view)))


def may_anywhere(user: User, named: str) -> bool:
    """Whether the user may do a deed at some body."""
    return nodes_where(user=user, deed=named).exists()


def list_page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    caption: str,
    found: QuerySet[Any],
    order: tuple[str, str],
    columns: list[Column],
    cells: Callable[[Any], list[object]],
    one: str,
    new: str,
    **more: object,
) -> HttpResponse:
    """A list of this wing, page by page: a row for each thing that was found, which opens it.

    Args: cells, of one row; one, the name of the page of one thing; new, of the page that begins another.
    """
    page = keyset_page(found, order=order, query=request.GET)
    rows = [Row(cells(each), url=reverse(one, args=[each.id])) for each in page.rows]
    context = {
        "title": title,
        "tabs": learning_tabs(),
        "page": page,
        "table": Table(caption, columns, rows),
        "new_url": reverse(new) if may_anywhere(me(request), "learning.write") else "",
        **more,
    }
    return render(request, template, context)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when nothing was ticked or typed; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    crumbs: Sequence[Crumb],
    do: Callable[[dict[str, Any]], str],
    lead: str = "",
    about: Sequence[str] = (),
) -> HttpResponse:
    """Show a form, or do its deed and go to the address that `do` gives; a refusal is said above the form."""
    shown = {"title": title, "button": button, "crumbs": crumbs, "lead": lead, "about": about}
    return form_or_deed(request, form, do=do, refusals=REFUSALS, shown=shown)


def form_or_deed(
    request: HttpRequest,
    form: forms.Form,
    *,
    do: Callable[[dict[str, Any]], str],
    refusals: Mapping[type[Exception], Any],
    shown: Mapping[str, Any],
) -> HttpResponse:
    """The same for any wing. Args: refusals, with their sentences; shown, title, button, crumbs, lead and about."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(do(form.cleaned_data))
        except tuple(refusals) as refusal:
            form.add_error(None, refused(refusal, refusals))
    return render(request, "web/learning/form.html", {"form": form, **shown}, status=422 if form.is_bound else 200)


def refused(refusal: Exception, refusals: Mapping[type[Exception], Any] = REFUSALS) -> str:
    """Why a deed was refused, in the reader's language."""
    return str(next(words for kind, words in refusals.items() if isinstance(refusal, kind)))


def home_crumbs(*more: Crumb) -> list[Crumb]:
    """The pages above."""
    return [Crumb(say("Learning"), reverse("learning")), *more]


def learning_tabs() -> list[Tab]:
    """The parts of this wing."""
    names = (
        (say("Workshops"), "learning"),
        (say("Decisions"), "learning_decisions"),
        (say("Selections"), "learning_selections"),
        (say("Outcomes"), "learning_outcomes"),
        (say("Back to the tellers"), "learning_returns"),
    )
    return [Tab(name, reverse(page)) for name, page in names]


def bodies_where(user: User, named: str) -> dict[str, Node]:
    """The bodies where the user may do a deed, by id, to choose from. Raises: NotAllowed where there are none."""
    found = {str(node.id): node for node in nodes_where(user=user, deed=named).order_by("name", "id")[:500]}
    if not found:
        raise NotAllowed("You may not do this anywhere. Ask the one who gives the roles in your organisation.")
    return found


def node_choices(nodes: Mapping[str, Node]) -> list[tuple[str, str]]:
    return [(id, node.name) for id, node in nodes.items()]


def story_words(line: StoryLine) -> str:
    """A story in a list: its covered title or beginning, or that its words may not be shown yet."""
    wording = line.wording(line.language)
    when = f" ({line.told_of})" if line.told_of else ""
    if wording is None:
        return say("A story whose names are not covered yet") + when + f" {str(line.id)[-4:]}"
    title = formats.isolated_text(wording.title) + ": " if wording.title else ""
    text = wording.text[:EXCERPT] + ("…" if len(wording.text) > EXCERPT else "")
    return f"{title}{formats.isolated_text(text)}{when}"


STORIES_MOST = 60
"""Stories that are offered at once; more are found by their words."""


def story_url(id: UUID) -> str:
    """The page of a story, where this installation has one."""
    return address("story", id)


def approved_stories(user: User, *, words: str = "") -> QuerySet[Story]:
    """The approved stories that the user may learn from, the latest first; or those in which words occur."""
    return visible_stories(user=user, purpose="learn", words=words).filter(state=Story.State.APPROVED)


def lines_of(stories: QuerySet[Story]) -> list[StoryLine]:
    """The first of these stories as lines to choose from, with their covered words."""
    return story_lines(stories.defer(None).defer("answers")[:STORIES_MOST])


def story_field(lines: Iterable[StoryLine], *, label: Any, required: bool = False) -> forms.MultipleChoiceField:
    """Stories to tick."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        choices=[(str(line.id), story_words(line)) for line in lines],
        widget=forms.CheckboxSelectMultiple,
    )


def ticks(choices: Iterable[tuple[Any, Any]], *, label: Any, required: bool = False) -> forms.MultipleChoiceField:
    """Things to tick, by their ids."""
    return forms.MultipleChoiceField(
        label=label, required=required, choices=list(choices), widget=forms.CheckboxSelectMultiple
    )


def long_text(
    label: Any, *, required: bool = True, help_text: Any = "", rows: int = 4, most: int = 8000
) -> forms.CharField:
    """Words of some lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def ids_of(values: Iterable[str]) -> list[UUID]:
    """Ids from an address or a form. Raises: Http404 for what is none."""
    try:
        return [UUID(value) for value in values]
    except ValueError as error:
        raise Http404("This address cannot be read.") from error


class WithId(forms.Form):
    """A form whose deed is done once, however often it is sent."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class TextForm(WithId):
    """Words alone."""

    words = long_text(_("In words"))
