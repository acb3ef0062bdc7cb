"""Filling in the form as a browser without a script does: what stands on the page is sent back with it."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Fields(HTMLParser):
    """Every field of the page's first form that a browser would send, and what kinds of field there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.action = ""
        self._area = ""
        self._select = ""
        self._in_form = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form" and given.get("method") == "post" and "story" not in given.get("class", ""):
            self._in_form = "language" not in given.get("action", "") and "display" not in given.get("action", "")
            self._in_form = self._in_form and "sign-out" not in given.get("action", "")
            self.action = given.get("action", "") if self._in_form else self.action
        if not self._in_form or not name:
            return
        if tag != "button":
            self.names.add(name)
        kind = given.get("type", "text")
        if tag == "input" and (kind not in ("radio", "checkbox", "file") or "checked" in given):
            self.sent.setdefault(name, []).append(given.get("value", ""))
        if tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in given:
            self.sent[self._select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._area:
            # a browser leaves out the one line break that follows <textarea>
            self.sent[self._area][0] += data.removeprefix("\n") if not self.sent[self._area][0] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._in_form = False


def fields_of(answer: HttpResponse) -> Fields:
    """The form on a page."""
    return Fields(answer.content.decode())


def send(client: Client, url: str, page: HttpResponse, go: str = "next", **typed: Any) -> HttpResponse:
    """Fill some fields of the page and press a button. A name's points are written as two underscores."""
    data: dict[str, Any] = dict(fields_of(page).sent)
    for name, value in typed.items():
        data[name.replace("__", ".")] = value
    return client.post(url, {**data, "go": go})


def fill(client: Client, url: str, typed: Mapping[str, Any], *, until: str = "") -> HttpResponse:
    """Go through the form from its first page, typing what each page asks for; stop at the page named `until`."""
    page = client.get(url)
    for _turn in range(60):
        form = fields_of(page)
        if "start" not in form.sent or "page" not in form.sent or (until and form.sent["page"] == [until]):
            return page
        data: dict[str, Any] = {**form.sent, **{n: v for n, v in typed.items() if n in form.names}}
        before, page = form.sent["page"], client.post(url, {**data, "go": "next"})
        if page.status_code != 200:
            return page
        after = fields_of(page).sent.get("page")
        assert after != before, "the form does not go on"
    raise AssertionError("the form has no end")
