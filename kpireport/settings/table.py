"""Read one table of kpireport.toml: typed getters that collect every problem, and names nobody asked for are errors."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kpireport.core.catalogue import settings_file as problems
from kpireport.core.diagnostics import Diagnostic, Where, did_you_mean, quoted
from kpireport.core.messages import Message
from kpireport.core.registry import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Member = TypeVar("Member", bound=StrEnum)
_NAMES = {bool: "boolean", int: "integer", float: "number", str: "text", list: "list", dict: "table"}  # as sentences


def kind(name: str) -> Message:
    """Return what a value is, in words: "text", "day" …"""
    return Message(f"problems.kind.{name}")


def example(name: str, key: str = "") -> Message:
    """Return how a value is written, for a hint. key: of the setting."""
    return Message(f"problems.like.{name}", {"key": key})


class SettingsTable:
    """One table of the settings file.

    file: the file's name, for messages. folder: paths in it are relative to this. name: its dotted name, "" at the top.
    Getters return their default where the setting is absent or wrong; a wrong one is also noted in ``problems``,
    which all tables of a file share. ``close`` notes the settings that no getter has asked for.
    """

    def __init__(
        self, values: Mapping[str, Any], *, file: str, folder: Path, name: str = "",
        problems: list[Diagnostic] | None = None,
    ) -> None:  # fmt: skip
        self.values = values
        self.file = file
        self.folder = folder
        self.name = name
        self.problems: list[Diagnostic] = [] if problems is None else problems
        self._asked: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def where(self, key: str = "") -> Where:
        """Return the place of a setting for a message: ``mail.smtp.port``."""
        return Where(self.file, "", ".".join(part for part in (self.name, key) if part))

    def tell(self, told: Any, key: str = "", **details: object) -> None:
        """Note a problem with one setting of this table."""
        self.problems.append(told.at(self.where(key), **details))

    def text(self, key: str, default: str = "") -> str:
        found = self._of(key, str, example("text"))
        return default if found is None else str(found)

    def required(self, key: str, example: str) -> str:
        """Return a text that must be there; "" and a noted problem where it is not."""
        if key not in self.values:
            self._asked[key] = None
            self.tell(problems.MISSING, key, example=example)
            return ""
        return self.text(key)

    def choice(self, key: str, known: Sequence[str], default: str) -> str:
        found = self.text(key, default)
        if found in known:
            return found
        self.not_a_choice(key, found, known)
        return default

    def member(self, key: str, default: Member) -> Member:
        """Return a member of the enum of ``default``."""
        return type(default)(self.choice(key, tuple(type(default)), default))

    def not_a_choice(self, key: str, found: str, known: Iterable[str]) -> None:
        """Note that what was found is none of those that may be chosen, and which of them may have been meant."""
        known = tuple(known)
        near = did_you_mean(nearest(found, known))
        self.tell(problems.NOT_A_CHOICE, key, found=found, near=near, known=", ".join(known))

    def asked(self, key: str) -> bool:
        """Return whether a getter has asked for a setting."""
        return key in self._asked

    def integer(self, key: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
        found = self._of(key, int, example("integer"))
        if found is None:
            return default
        if not least <= found <= most:
            self.tell(problems.OUT_OF_RANGE, key, found=found, least=least, most=most)
            return default
        return int(found)

    def number(self, key: str, default: float, *, least: float = 0.0, most: float = 1e12) -> float:
        found = self._of(key, float, example("number"))
        if found is None:
            return default
        if not least <= found <= most:
            # As TOML has numbers, in whatever language this is said.
            self.tell(problems.OUT_OF_RANGE, key, found=quoted(found), least=quoted(least), most=quoted(most))
            return default
        return float(found)

    def boolean(self, key: str, default: bool) -> bool:
        found = self._of(key, bool, example("boolean"))
        return default if found is None else bool(found)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone counts as a list of one."""
        if isinstance(self.values.get(key), str):
            return (self.text(key),)
        found = self._of(key, list, example("list")) or []
        if not all(isinstance(part, str) for part in found):
            self._wrong(key, found, list, example("texts"))
            return ()
        return tuple(found)

    def path(self, key: str, default: str) -> Path:
        """Return a path; a relative one starts at the folder of the settings file."""
        return self.placed(key, self.text(key, default))

    def placed(self, key: str, text: str) -> Path:
        """Return the path that ``text``, of the setting ``key``, stands for.

        A control character in it is told: in double quotes TOML makes a line break of the \\n of "C:\\new".
        """
        if any(ord(c) < ord(" ") for c in text):
            found, right = kind("broken_text"), example("path")
            self.tell(problems.WRONG_TYPE, key, wanted=kind("path"), found=found, example=right)
        return self.folder / Path(text).expanduser()

    def table(self, key: str) -> SettingsTable:
        """Return a table within this one; an absent one is empty."""
        found = self._of(key, dict, example("table", key)) or {}
        name = self.where(key).cell
        return SettingsTable(found, file=self.file, folder=self.folder, name=name, problems=self.problems)

    def tables(self, key: str) -> tuple[SettingsTable, ...]:
        """Return the tables of a list: ``[[recipient]]`` written once for each."""
        found = self._of(key, list, example("tables", key)) or []
        if not all(isinstance(part, dict) for part in found):
            self._wrong(key, found, list, example("tables", key))
            return ()
        return tuple(
            SettingsTable(
                part, file=self.file, folder=self.folder, name=f"{self.where(key).cell}[{n}]", problems=self.problems
            )
            for n, part in enumerate(found, start=1)
        )

    def raw(self, key: str) -> Any:
        """Return a value as TOML gave it, for a setting that may be of several types; None where absent."""
        self._asked[key] = None
        return self.values.get(key)

    def close(self) -> None:
        """Note every setting of this table that was never asked for."""
        for key in self.values:
            if key in self._asked:
                continue
            hint = did_you_mean(nearest(key, self._asked))
            self.tell(problems.UNKNOWN_SETTING, key, found=key, near=hint, known=", ".join(self._asked))

    def _of(self, key: str, wanted: type, shown: Message) -> Any:
        self._asked[key] = None
        if key not in self.values:
            return None
        found = self.values[key]
        # A bool is an int to Python, but not to the person who wrote the file.
        right = isinstance(found, int | float) if wanted is float else isinstance(found, wanted)
        if right and (wanted is bool or not isinstance(found, bool)):
            return found
        self._wrong(key, found, wanted, shown)
        return None

    def _wrong(self, key: str, found: object, wanted: type, shown: Message) -> None:
        names = (kind(name) for of, name in _NAMES.items() if isinstance(found, of))
        typed = next(names, type(found).__name__)
        self.tell(problems.WRONG_TYPE, key, wanted=kind(_NAMES[wanted]), found=typed, example=shown)
