"""A short way to the phone's door: what a page needs (a session, messages, a language) a phone does not."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve

PREFIX = "/api/"


class PhoneDoor:
    """Answer what is asked under /api/ at once, past all the middleware that stands below this one.

    No cookie is read there, so no request can be forged with one: a token is all that counts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return JsonResponse({"detail": "There is nothing at this address."}, status=404)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response
