"""The pages and the questions of the desk as HTTP: each request passes the gate, then one function answers it."""

from __future__ import annotations

import json
import traceback
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined, select_autoescape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from kpireport.desk.answers import AskedError, DeskRequest, File
from kpireport.desk.gate import ENTER, HEADERS, JSON, KNOCK, POLICY
from kpireport.desk.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kpireport.desk.answers import Answer
    from kpireport.desk.gate import Gate, Refusal
    from kpireport.desk.work import Work

FILES = {"desk.js": "text/javascript", "desk.css": "text/css"}
FONTS = ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf", "SourceSerif4-Regular.ttf")


class DeskPage:
    """A WSGI application. end: asks the desk to end. work: what the desk can do."""

    def __init__(self, gate: Gate, end: Callable[[], None], work: Work) -> None:
        self.gate, self.end, self.work = gate, end, work
        self._answers: dict[str, Callable[[Work, DeskRequest], Answer]] = {}
        rules = [Rule(path, endpoint=path, methods=["GET"]) for path in ("/", "/files/<name>", ENTER)]
        rules.append(Rule(KNOCK, endpoint=KNOCK, methods=["POST"]))
        for method, path, answer in ROUTES:
            endpoint = f"{method} {path}"
            self._answers[endpoint] = answer
            rules.append(Rule(path, endpoint=endpoint, methods=[method]))
        rules.append(Rule("/api/close", endpoint="close", methods=["POST"]))
        self._map = Map(rules, strict_slashes=False, redirect_defaults=False, merge_slashes=False)

    @property
    def busy(self) -> bool:
        return self.work.busy

    def close(self) -> None:
        """Wait for what is still being done."""
        self.work.close()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        response = self._respond(Request(environ))
        return response(environ, start)

    def _respond(self, request: Request) -> Response:
        refused = self.gate.refusal(request)
        response = self._refused(refused) if refused is not None else self._answered(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    def _refused(self, refused: Refusal) -> Response:
        if not refused.id:
            return Response(b"", refused.status)
        return self._told(refused.id, refused.status)

    def _told(self, id: str, status: int, **fields: object) -> Response:  # noqa: A002 - the name in the answer
        """Return why something is not done, as a sentence for the person."""
        known = fields.pop("say", None) or self.work.say(f"desk.error.{id}")
        return _json({"error": id, "say": known, **fields}, status)

    def _answered(self, request: Request) -> Response:
        try:
            endpoint, values = self._map.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return self._told("unknown", error.code or 404)
        try:
            return self._of(endpoint, values, request)
        except AskedError as error:
            return self._told(error.id, error.status, **error.fields)
        except Exception:  # the edge of the desk: a bug of ours ends one request, not the desk
            traceback.print_exc()
            return self._told("bug", 500)

    def _of(self, endpoint: str, values: Mapping[str, Any], request: Request) -> Response:
        if endpoint == ENTER:
            return self._enter(request)
        if endpoint == KNOCK:
            return _json({"address": self.gate.invitation()})
        if endpoint == "/":
            return Response(page(self.work.html_language, self.gate.page), content_type="text/html; charset=utf-8")
        if endpoint == "/files/<name>":
            return _response(_file(str(values["name"])))
        if endpoint == "close":
            self.end()
            return _json({})
        body: Any = {}
        if request.method == "POST" and request.headers["Content-Type"] == JSON:
            body = _object(request.get_data(cache=False))
        answer = self._answers[endpoint](self.work, DeskRequest(values, request.args, body, request))
        return _response(answer)

    def _enter(self, request: Request) -> Response:
        if not self.gate.enters(request.args.get("once", "")):
            return self._told("old_tab", 403)
        response = Response(b"", 303, {"Location": "/"})
        response.autocorrect_location_header = False
        response.set_cookie(self.gate.cookie, self.gate.session, httponly=True, samesite="Strict", path="/")
        return response


def _object(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AskedError("form", 400) from error
    if not isinstance(body, dict):
        raise AskedError("form", 400)
    return body


def _json(content: object, status: int = 200) -> Response:
    return Response(
        json.dumps(content, ensure_ascii=False, allow_nan=False), status, content_type=f"{JSON}; charset=utf-8"
    )


def _response(answer: Answer) -> Response:
    if not isinstance(answer, File):
        return _json(answer)
    response = Response(answer.content, content_type=answer.kind)
    if answer.framed:
        response.headers["Content-Security-Policy"] = answer.policy
    elif answer.name:
        response.headers.set("Content-Disposition", "attachment", filename=answer.name)
    return response


@cache
def _file(name: str) -> File:
    """Return a file of the page by its name. Raises AskedError where it is none of ours."""
    home = resources.files("kpireport.desk") / "page"
    if name in FILES:
        return File((home / name).read_bytes(), f"{FILES[name]}; charset=utf-8")
    if name in FONTS:
        from kpireport.resources import templates

        return File((templates() / "standard" / "fonts" / name).read_bytes(), "font/ttf")
    raise AskedError("unknown", 404)


def page(language: str, secret: str) -> str:
    """Return the one page; what is in it comes by requests. language: for the browser. secret: of this page."""
    source = (resources.files("kpireport.desk") / "page" / "desk.html").read_text("utf-8")
    environment = Environment(autoescape=select_autoescape(default_for_string=True), undefined=StrictUndefined)
    return environment.from_string(source).render(language=language, secret=secret)
