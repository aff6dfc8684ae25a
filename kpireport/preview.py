"""A report served to the browser on this machine, made anew when a workbook or the theme changes.

It listens on 127.0.0.1 only, and answers only requests that name that address: a page from elsewhere that makes the
browser ask here under another name gets nothing.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from dataclasses import replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kpireport import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Language
    from kpireport.pipeline import Job

HOST = "127.0.0.1"
SECONDS = 1  # between two looks at the files
FOLLOW = """<script>
(function () {
  let seen = "VERSION";
  setInterval(function () {
    fetch("/version").then(function (r) { return r.text(); }).then(function (now) {
      if (now !== seen) { seen = now; location.reload(); }
    }).catch(function () {});
  }, MILLISECONDS);
})();
</script>"""
NOTHING = "default-src 'none'"  # what the page's own policy says; here it may ask whether it changed
ASKING = f"{NOTHING}; connect-src 'self'"
PAGE = """<!DOCTYPE html><html lang="%s"><meta charset="utf-8"><title>kpireport</title>
<style>body { font: 16px/1.5 sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
dd { margin: 0 0 1rem; }
</style><h1>%s</h1><dl>%s</dl>%s</html>"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away while it was answered, as it does at each quick reload."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as the base class hands it on


class Preview:
    """A running preview. ``address`` is what the browser opens; ``serve_forever`` blocks until ``close``."""

    def __init__(self, job: Job, *, port: int = 0) -> None:
        self.job = job
        self._lock = threading.Lock()
        self._made: tuple[str, str] = ("", "")  # version, page
        preview = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                preview.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing: a browser that asks every second would fill the console."""

        self._server = _Server((HOST, port), Handler)
        self.address = f"http://{HOST}:{self._server.server_address[1]}/"

    def serve_forever(self) -> None:
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        self._server.server_close()

    def shutdown(self) -> None:
        """End ``serve_forever`` from another thread."""
        self._server.shutdown()

    def version(self) -> str:
        """Return what changes when a file does: one mark of the moments and sizes of all of them."""
        seen = "\n".join(f"{path}:{stamp}" for path, stamp in sorted(self._stamps()))
        return hashlib.sha256(seen.encode(errors="surrogateescape")).hexdigest()[:16]

    def _stamps(self) -> Iterable[tuple[Path, str]]:
        theme = self.job.theme
        inside = [path for path in theme.rglob("*") if path.is_file()] if theme is not None and theme.is_dir() else []
        for path in (*self.job.workbooks, *inside):
            try:
                found = path.stat()
            except OSError:
                yield path, "absent"
                continue
            yield path, f"{found.st_mtime_ns}.{found.st_size}"

    def page(self) -> str:
        """Return the report as it is now, or the problems that forbid it."""
        with self._lock:
            version = self.version()
            if self._made[0] != version:
                self._made = (version, self._build(version))
            return self._made[1]

    def _build(self, version: str) -> str:
        from kpireport import pipeline
        from kpireport.render import themes

        themes.environment.cache_clear()
        follow = FOLLOW.replace("VERSION", version).replace("MILLISECONDS", str(SECONDS * 1000))
        with TemporaryDirectory() as folder:
            job = replace(self.job, formats=("html",), out=Path(folder), state=None, name="preview")
            outcome = pipeline.build(job)
            if not outcome.failed:
                page = outcome.written[0].read_text("utf-8")
                return page.replace(NOTHING, ASKING, 1).replace("</body>", f"{follow}</body>")
        spoken = languages.spoken(self.job.language)
        heading = escape(spoken.say("program.preview.nothing"))
        return PAGE % (spoken.conventions.html, heading, "".join(_told(outcome.diagnostics, spoken)), follow)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request: the page, or the version that tells whether it changed."""
        port = self._server.server_address[1]
        if request.headers.get("Host", "") not in (f"{HOST}:{port}", f"localhost:{port}"):
            request.send_error(403)
            return
        if request.path == "/favicon.ico":  # asked for by every browser; there is none, and that is no error
            request.send_response(204)
            request.end_headers()
            return
        if request.path not in ("/", "/version"):
            request.send_error(404)
            return
        text = self.version() if request.path == "/version" else self.page()
        content = text.encode()
        request.send_response(200)
        kind = "text/plain" if request.path == "/version" else "text/html"
        request.send_header("Content-Type", f"{kind}; charset=utf-8")
        request.send_header("Content-Length", str(len(content)))
        request.send_header("Cache-Control", "no-store")
        request.end_headers()
        request.wfile.write(content)


def _told(diagnostics: Iterable[Diagnostic], language: Language) -> Iterable[str]:
    say = language.text
    for d in diagnostics:
        what = f"<b>{escape(d.code)}</b> {escape(str(d.where))}: {escape(say(d.problem))}"
        yield f"<dt>{what}</dt><dd>{escape(say(d.fix))}</dd>"
