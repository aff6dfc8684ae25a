"""What is asked of the desk and how it answers: a request that passed the gate, plain data, a file, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kpireport.desk.gate import FRAMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request


class AskedError(Exception):
    """What was asked cannot be done. id: of its sentence in ``desk.toml``. status: of HTTP. fields: of the answer."""

    def __init__(self, id: str, status: int = 409, **fields: object) -> None:  # noqa: A002 - the name in the answer
        super().__init__(id)
        self.id, self.status, self.fields = id, status, fields


@dataclass(frozen=True, slots=True)
class File:
    """A file as an answer. framed: it is a page that is shown in a frame of ours, with an origin of its own.

    policy: of such a page, where it brings none itself.
    """

    content: bytes
    kind: str
    name: str = ""
    framed: bool = False
    policy: str = FRAMED


Answer = dict[str, Any] | list[Any] | File


@dataclass(frozen=True, slots=True)
class DeskRequest:
    """One request that passed the gate. body: of JSON, {} without one. raw: with the bytes of an upload."""

    values: Mapping[str, Any]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    raw: Request

    def text(self, key: str) -> str:
        """Return a text of the body. Raises AskedError where it is none."""
        value = self.body.get(key)
        if not isinstance(value, str):
            raise AskedError("form", 400)
        return value
