"""A desk that runs: listens on this computer alone, one a folder, until it is closed or nobody looks any more."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import logging
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import platformdirs
from filelock import FileLock, Timeout
from waitress.server import create_server

from kpireport.desk.gate import ENTER, HOST, JSON, KNOCK, LARGEST_UPLOAD, PAGE_SECRET, Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


IDLE_SECONDS = 30 * 60.0
AT_A_TIME = 8
MOST_CONNECTIONS = 64
LOOKS = 1.0  # seconds between two looks whether the desk is to end


class WSGIPage(Protocol):
    """What a desk answers with. busy: something is done that nobody would want to be ended."""

    @property
    def busy(self) -> bool: ...

    def close(self) -> None: ...

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]: ...


class DeskServer:
    """A desk that listens. ``address`` is good once, for one browser. page: what it answers; its gate is made here."""

    def __init__(self, page: Callable[[Gate, Callable[[], None]], WSGIPage], *, port: int = 0) -> None:
        self._ended = threading.Event()
        self._channels: dict[int, Any] = {}
        self._seen = time.monotonic()
        self._server = create_server(
            self._answer, map=self._channels, host=HOST, port=port, threads=AT_A_TIME, ident=None,
            connection_limit=MOST_CONNECTIONS, max_request_body_size=LARGEST_UPLOAD + 1, max_request_header_size=32_768,
            clear_untrusted_proxy_headers=True,
        )  # fmt: skip
        self.gate = Gate(int(self._server.effective_port))
        self._page = page(self.gate, self.end)
        self._thread = threading.Thread(target=self._server.run, name="desk", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return self.gate.invitation()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        self._seen = time.monotonic()
        answer = self._page(environ, start)
        if self.gate.beset:
            self.end()
        return answer

    def end(self) -> None:
        """Ask the desk to end; what is being answered is answered."""
        self._ended.set()

    def wait(self, idle: float = IDLE_SECONDS) -> None:
        """Return when the desk was closed, or when nobody has looked for so many seconds."""
        while not self._ended.wait(LOOKS):
            if time.monotonic() - self._seen > idle and not self._page.busy:
                return

    def close(self) -> None:
        """Stop listening; returns when nothing is answered any more."""
        self._ended.set()
        self._server.task_dispatcher.shutdown()  # first: a worker that is done wakes the loop by what _drop closes
        self._server.trigger.pull_trigger(self._drop)
        self._thread.join()
        self._page.close()

    def _drop(self) -> None:
        for channel in list(self._channels.values()):
            channel.close()


def quiet() -> None:
    """Let the server say nothing of its own: what it would write are paths of requests."""
    logging.getLogger("waitress").setLevel(logging.CRITICAL)


# -- one desk a folder ------------------------------------------------------------------------------------------------


def _place(folder: Path) -> Path:
    """Return where a desk notes that it runs: in the user's own folder, never in the one it works on."""
    name = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Path(platformdirs.user_state_dir("kpireport", appauthor=False)) / "desk" / name


@contextmanager
def alone(folder: Path) -> Iterator[Callable[[Gate], None] | None]:
    """Hold the one desk of a folder; yields how it notes its gate, or None where another runs. Raises OSError."""
    place = _place(folder)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(f"{place}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield None
        return

    def note(gate: Gate) -> None:
        content = json.dumps({"port": gate.port, "knock": gate.knock}).encode()
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)

    try:
        yield note
    finally:
        place.unlink(missing_ok=True)
        lock.release()


def knock(folder: Path) -> str:
    """Ask the desk that runs on a folder for an address to open; '' where it does not answer."""
    try:
        noted = json.loads(_place(folder).read_text("utf-8"))
        with contextlib.closing(http.client.HTTPConnection(HOST, int(noted["port"]), timeout=10)) as connection:
            headers = {PAGE_SECRET: str(noted["knock"]), "Content-Type": JSON}
            connection.request("POST", KNOCK, b"{}", headers)
            answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return ""
    address = str(answer.get("address", ""))
    return address if address.startswith(f"http://{HOST}:{noted['port']}{ENTER}?") else ""
