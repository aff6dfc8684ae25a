"""Who may ask the desk, and what each answer forbids the browser: one address, one cookie, one secret of the page.

A page from elsewhere can make the browser ask here; it can read no answer, and change nothing.
Rule: N25.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Request

HOST = "127.0.0.1"
ONCE_SECONDS = 60.0
MOST_WRONG = 20  # wrong secrets, after which the desk ends
JSON, BYTES = "application/json", "application/octet-stream"
LONGEST_JSON = 64_000  # bytes
LARGEST_UPLOAD = 100_000_000
ENTER, KNOCK = "/open", "/knock"
PAGE_SECRET = "X-Desk"  # noqa: S105 - the name of a header
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMED = "sandbox allow-scripts; frame-ancestors 'self'"
"""Of a report: it stands in a frame of ours, with an origin of its own; its page brings a policy of its own."""
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered. status: of HTTP. id: of its sentence; '' for an answer without a body."""

    status: int
    id: str = ""


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Gate:
    """The secrets of one desk. port: on which it listens. wrong: secrets that were guessed so far."""

    port: int
    clock: Callable[[], float] = time.monotonic
    session: str = field(default_factory=_secret)
    page: str = field(default_factory=_secret)
    knock: str = field(default_factory=_secret)
    wrong: int = 0
    _once: dict[str, float] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def cookie(self) -> str:
        """Return the name of the cookie: ports of one host share their cookies, so that each desk has its own."""
        return f"kpireport-desk-{self.port}"

    @property
    def beset(self) -> bool:
        """Return whether somebody tries secrets."""
        return self.wrong >= MOST_WRONG

    def invitation(self) -> str:
        """Return an address that lets one browser in, once and within a minute."""
        once = _secret()
        self._once[once] = self.clock() + ONCE_SECONDS
        return f"{self.origin}{ENTER}?once={once}"

    def enters(self, once: str) -> bool:
        """Return whether an invitation is good, and use it up."""
        invited = next((each for each in self._once if secrets.compare_digest(each.encode(), once.encode())), None)
        if invited is not None and self.clock() <= self._once.pop(invited):
            return True
        self.wrong += 1
        return False

    def refusal(self, request: Request) -> Refusal | None:
        """Return why a request may not be answered, None where it may."""
        if request.headers.get("Host", "") != f"{HOST}:{self.port}":
            return Refusal(421)
        if request.method not in ("GET", "POST"):
            return Refusal(405, "method")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "elsewhere")
        if request.path == ENTER and request.method == "GET":
            return None
        if request.path == KNOCK and request.method == "POST":
            return self._unless(self._same(request.headers.get(PAGE_SECRET, ""), self.knock))
        if not self._same(request.cookies.get(self.cookie, ""), self.session):
            return Refusal(403, "old_tab")
        return self._changes(request) if request.method == "POST" else None

    def _changes(self, request: Request) -> Refusal | None:
        """Return why a request that changes something may not be answered."""
        if request.headers.get("Origin", "") != self.origin:
            return Refusal(403, "elsewhere")
        if not self._same(request.headers.get(PAGE_SECRET, ""), self.page):
            return Refusal(403, "old_tab")
        if request.headers.get("Content-Type", "") not in (JSON, BYTES):
            return Refusal(415, "kind")
        most = LONGEST_JSON if request.headers["Content-Type"] == JSON else LARGEST_UPLOAD
        if request.content_length is None or request.content_length > most:
            return Refusal(413, "too_large")
        return None

    @staticmethod
    def _unless(good: bool) -> Refusal | None:
        return None if good else Refusal(403, "old_tab")

    def _same(self, found: str, wanted: str) -> bool:
        if not found:
            return False  # nobody guesses nothing: a page that was opened without an invitation
        good = secrets.compare_digest(found.encode(), wanted.encode())
        self.wrong += not good
        return good
