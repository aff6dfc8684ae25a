"""Fill a settings dataclass from a table of kpireport.toml, by what ``core.fields`` says of each of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from kpireport.core.addresses import unusable
from kpireport.core.catalogue import mail as problems
from kpireport.core.catalogue import settings_file
from kpireport.core.fields import Form, Setting, settings_of
from kpireport.core.mailing import LOOPBACK, Secret, SecretKind
from kpireport.core.registry import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    from kpireport.settings.table import SettingsTable

Settings = TypeVar("Settings")


def filled(table: SettingsTable, kind: type[Settings]) -> Settings:
    """Return the settings of a table; what is wrong or missing is noted in the table and has its default.

    kind: a dataclass whose fields are made by ``core.fields``.
    """
    values = {
        name: READERS[setting.form](table, name, setting, default) for name, setting, default in settings_of(kind)
    }
    return kind(**values)


def look_over(table: SettingsTable, kind: type[Any]) -> None:
    """Note what is wrong with settings that count for nothing now; that one is missing is no problem.

    What was read before is left alone: two transports may share a setting.
    """
    for name, setting, default in settings_of(kind):
        if name not in table:
            table.raw(name)
        elif not table.asked(name):
            READERS[setting.form](table, name, setting, default)


def address(table: SettingsTable, key: str) -> str:
    """Return an e-mail address; "" where it is none, which is noted."""
    found = table.text(key)
    if found and (reason := unusable(found)):
        table.tell(problems.ADDRESS_WRONG, key, found=found, reason=reason)
        return ""
    return found


def secret(table: SettingsTable, key: str) -> Secret | None:
    """Return where a secret is kept: ``{ env = "NAME" }`` and the like. A secret written out is an error."""
    found = table.raw(key)
    if found is None:
        return None
    if isinstance(found, dict) and len(found) == 1:
        kind, value = next(iter(found.items()))
        words = tuple(value) if isinstance(value, list) else (value,)
        written = bool(words) and all(isinstance(word, str) and word for word in words)
        if kind in tuple(SecretKind) and written and (kind == SecretKind.COMMAND or len(words) == 1):
            return Secret(SecretKind(kind), words)
    table.tell(problems.SECRET_LITERAL, key, example='{ env = "NAME" }, { file = "path" }')
    return None


def _text(table: SettingsTable, key: str, setting: Setting, default: str) -> str:
    return table.required(key, setting.example) if setting.example else table.text(key, default)


def _choice(table: SettingsTable, key: str, _setting: Setting, default: StrEnum) -> StrEnum:
    return table.member(key, default)


def _integer(table: SettingsTable, key: str, setting: Setting, default: int) -> int:
    return table.integer(key, default, least=setting.least, most=setting.most)


def _address(table: SettingsTable, key: str, _setting: Setting, _default: str) -> str:
    return address(table, key)


def _url(table: SettingsTable, key: str, _setting: Setting, default: str) -> str:
    found = table.text(key, default).rstrip("/")
    place = urlsplit(found)
    if place.scheme != "https" and place.hostname not in LOOPBACK:
        table.tell(problems.PASSWORD_IN_THE_CLEAR, key)
    return found


def _secret(table: SettingsTable, key: str, setting: Setting, _default: object) -> Secret | None:
    found = secret(table, key)
    if found is not None and setting.choices and found.kind not in setting.choices:
        table.tell(settings_file.MISSING, key, example=setting.example)
    return found


def _path(table: SettingsTable, key: str, setting: Setting, _default: object) -> Any:
    if setting.place is None and not table.text(key):
        return None
    return table.path(key, setting.place or "")


def _table(table: SettingsTable, key: str, setting: Setting, _default: object) -> Any:
    if key not in table or setting.table is None:
        table.raw(key)
        return None
    inner = table.table(key)
    found = filled(inner, setting.table)
    for fault in found.faults():
        inner.tell(fault.problem, fault.setting, **fault.fields)
    inner.close()
    return found


READERS: Mapping[Form, Callable[[SettingsTable, str, Setting, Any], Any]] = complete(
    Form,
    {
        Form.TEXT: _text,
        Form.CHOICE: _choice,
        Form.INTEGER: _integer,
        Form.ADDRESS: _address,
        Form.URL: _url,
        Form.SECRET: _secret,
        Form.PATH: _path,
        Form.TABLE: _table,
    },
)
