"""A short way past the framework for the one request that every phone sends at the same moment: its next meeting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.utils import timezone

from egenmakt.apps.access.devices import device_of
from egenmakt.apps.groups.services.arriving import Receipt
from egenmakt.apps.groups.services.meetings import accept_from_device
from egenmakt.core.meetings.document import BYTES_MAX
from egenmakt.interfaces.sync.receipts import plain_receipt

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_BEARER: Final = "bearer"
_CREATED: Final = "201 Created"
Headers = list[tuple[str, str]]


class UsualWay:
    """The site, with a short way for a meeting that can be accepted as it stands.

    Everything else, and whatever may be wrong with a meeting, is left to the whole site, which gets the request as it
    came. The headers of an answer are those that the whole site gave with its own answer to such a request: the first
    one of each process goes the whole way.
    """

    def __init__(self, site: WSGIApplication, *, address: str = "/api/v1/meetings") -> None:
        self._site, self._address = site, address
        self._headers: dict[tuple[str, str], Headers] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != self._address or environ["REQUEST_METHOD"] != "POST":
            return self._site(environ, start_response)
        # what is answered hangs on how safely it came
        secured = (environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO", ""))
        headers = self._headers.get(secured)
        if headers is None:
            return self._site(environ, self._noting(secured, start_response))
        content = _body(environ)
        receipt = _accepted(environ, content) if content is not None else None
        if receipt is None:
            return self._site(environ, start_response)
        answer = json.dumps(plain_receipt(receipt)).encode()
        start_response(_CREATED, [*headers, ("Content-Length", str(len(answer)))])
        return [answer]

    def _noting(self, secured: tuple[str, str], start_response: StartResponse) -> Callable[..., Any]:
        """Start the site's answer, and note its headers when a meeting was accepted."""

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            if status == _CREATED and len(self._headers) < 8:  # a header may be invented without end
                self._headers[secured] = [each for each in headers if each[0].lower() != "content-length"]
            return start_response(status, headers, *rest)

        return start


def _body(environ: WSGIEnvironment) -> bytes | None:
    """What was sent, which stays there to be read again; None when its length is not said, or is too great."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > BYTES_MAX:
        return None
    content: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(content)
    return content


def _accepted(environ: WSGIEnvironment, content: bytes) -> Receipt | None:
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != _BEARER:
        return None
    try:
        return accept_from_device(content=content, device=device_of(secret=secret), at=timezone.now())
    except Exception:  # an unknown phone, a database that is away: the whole site meets it too, and says what it is
        return None
    finally:
        connection.close_if_unusable_or_obsolete()  # as the framework does after each request
