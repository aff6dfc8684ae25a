"""Fields of a settings dataclass: each says what may stand in kpireport.toml, and ``settings.schema`` reads it so."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import StrEnum

METADATA = "setting"  # the key of a Setting among the metadata of a field


class Form(Enum):
    """What kind of value a setting has."""

    TEXT = auto()
    CHOICE = auto()  # a member of an enum
    INTEGER = auto()
    ADDRESS = auto()  # of e-mail
    URL = auto()  # encrypted, unless it stays on this machine; without a slash at its end
    SECRET = auto()  # where it is kept, never the secret
    PATH = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Setting:
    """What may stand in one setting.

    example: the line of a TEXT that must be there; "" where it need not be. choices: of a CHOICE; of a SECRET where
    alone it may be kept, with an example of that. least, most: of an INTEGER. place: of a PATH that is left out, beside
    the settings file; None: it stays None. table: the class of a TABLE.
    """

    form: Form
    example: str = ""
    choices: tuple[StrEnum, ...] = ()
    least: int = 0
    most: int = 10**9
    place: str | None = None
    table: type[Any] | None = None


def text(default: str = "", *, example: str = "") -> Any:
    return _field(default, Setting(Form.TEXT, example=example))


def choice(default: StrEnum) -> Any:
    """Return a field that is one of the members of an enum."""
    return _field(default, Setting(Form.CHOICE, choices=tuple(type(default))))


def integer(default: int, *, least: int, most: int) -> Any:
    return _field(default, Setting(Form.INTEGER, least=least, most=most))


def address() -> Any:
    return _field("", Setting(Form.ADDRESS))


def url(default: str) -> Any:
    return _field(default, Setting(Form.URL))


def secret(*, kept: Sequence[StrEnum] = (), example: str = "") -> Any:
    """Return a field of a secret. kept: where alone it may be, with an example of that; () anywhere."""
    return _field(None, Setting(Form.SECRET, choices=tuple(kept), example=example))


def path(place: str | None = None) -> Any:
    return _field(None, Setting(Form.PATH, place=place))


def table(inner: type[Any]) -> Any:
    """Return a field of a table within the table; None where it is not there."""
    return _field(None, Setting(Form.TABLE, table=inner))


def settings_of(kind: type[Any]) -> Iterator[tuple[str, Setting, Any]]:
    """Yield name, setting and default of each field of a dataclass that is made of the above."""
    for each in fields(kind):
        yield each.name, each.metadata[METADATA], each.default


def _field(default: object, setting: Setting) -> Any:
    return field(default=default, metadata={METADATA: setting})
