"""The answers about how a workbook is read, kept in ``readings/NAME.toml`` beside the settings or the workbook.

Rule: L46.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from kpireport import languages, output
from kpireport.core.catalogue import job as problems
from kpireport.core.catalogue import settings_file
from kpireport.core.diagnostics import Where, blocks
from kpireport.core.messages import Message
from kpireport.core.twins import plain_stem
from kpireport.settings import LARGEST, open_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.settings.table import SettingsTable

FOLDER = "readings"
FORMAT = 1
HEAD = """\
# How this workbook is read. Written by kpireport; a person may read it, correct it, or delete it
# (then everything is asked again). It holds answers, never figures.
"""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer. id: of its question. value: id of an alternative, or a free value. when: None where nobody noted it.

    kind, where: of its question, for the person who reads the file. by: who answered.
    """

    id: str
    value: str
    kind: str = ""
    where: str = ""
    when: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class ReadingStore:
    """What is kept about one workbook.

    answers: by id of the question. said: statements that nothing asked for, as TOML gave them. seen: what the workbook
    looked like when it was answered.
    """

    workbook: str = ""
    answers: Mapping[str, KeptAnswer] = field(default_factory=dict)
    said: tuple[Mapping[str, Any], ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)

    def merged(self, answers: Iterable[KeptAnswer]) -> ReadingStore:
        """Return these readings with more answers; of two to one question the new one holds."""
        return replace(self, answers={**self.answers, **{answer.id: answer for answer in answers}})

    def values(self) -> dict[str, str]:
        """Return the answers by the id of their question."""
        return {number: each.value for number, each in self.answers.items()}


def place(workbook: Path, settings: Path | None = None) -> Path:
    """Return where the answers about a workbook are kept. settings: the settings file, if there is one."""
    return (settings or workbook).parent / FOLDER / f"{output.safe_name(report_stem(workbook))}.toml"


def report_stem(workbook: Path) -> str:
    """Return the name of a workbook without its extension, as it was before it was copied or marked to be answered."""
    return plain_stem(own_stem(workbook.with_name(f"{plain_stem(workbook.stem)}{workbook.suffix}")))


def own_stem(workbook: Path) -> str:
    """Return the name of a workbook without its extension: a copy to answer in, NAME.reading.xlsx, is NAME."""
    stem = workbook.stem
    for tag in languages.tags():
        suffix = languages.load(tag).say("confirming.sheet.suffix")
        if stem.casefold().endswith(suffix.casefold()) and len(stem) > len(suffix):
            return stem[: -len(suffix)]
    return stem


def answers_for(workbook: Path, *, settings: Path | None = None) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """Return the kept answers about a workbook by id of the question, none where nothing was kept."""
    path = place(workbook, settings)
    if not path.is_file():
        return {}, ()
    store, problems = read(path)
    return store.values(), problems


def given(path: Path) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """Return the answers of a file that was named: JSON, id to answer, or TOML as it is kept."""
    if path.suffix.lower() != ".json":
        store, problems = read(path)
        return store.values(), problems
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        values = json.loads(data[:LARGEST].decode("utf-8-sig"))
    except OSError as error:
        return {}, (_unusable(path, error.strerror or type(error).__name__),)
    except (ValueError, RecursionError) as error:
        return {}, (_unusable(path, str(error)),)
    if not isinstance(values, dict) or not all(is_answer(value) for value in values.values()):
        return {}, (_unusable(path, Message("problems.answers.form")),)
    return {number: str(value) for number, value in values.items()}, ()


def read(path: Path) -> tuple[ReadingStore, tuple[Diagnostic, ...]]:
    """Return what a file keeps, nothing where it has an error. Names that it should not have are told."""
    top, problems = open_table(path)
    if top is None:
        return ReadingStore(), problems
    workbook = top.text("workbook")
    top.integer("format", FORMAT, least=1, most=FORMAT)
    answers = [_kept(table) for table in top.tables("answers")]
    said = [table.values for table in top.tables("said")]
    seen = top.table("seen").values
    top.close()
    if blocks(top.problems):
        return ReadingStore(), tuple(top.problems)
    return ReadingStore(workbook, {answer.id: answer for answer in answers}, tuple(said), seen), tuple(top.problems)


def write(path: Path, readings: ReadingStore) -> Path:
    """Write what is to be kept, whole or not at all. Raises OSError."""
    (written,) = output.publish({path.name: as_toml(readings).encode()}, path.parent)
    return written


def as_toml(readings: ReadingStore) -> str:
    """Return readings as a file that :func:`read` gives back, answers by their id."""
    parts = [HEAD, f"format = {FORMAT}\nworkbook = {_toml(readings.workbook)}\n"]
    if readings.seen:
        parts.extend(_nested("seen", readings.seen))
    parts.extend(_section("[[answers]]", snippet(readings.answers[number])) for number in sorted(readings.answers))
    parts.extend(_section("[[said]]", statement) for statement in readings.said)
    return "\n".join(parts)


def as_typed(answer: KeptAnswer) -> str:
    """Return an answer as a person types it into the file."""
    return _section("[[answers]]", snippet(answer))


def snippet(answer: KeptAnswer) -> dict[str, Any]:
    """Return the fields of an answer that say something, in the order in which they are written."""
    values = {
        "id": answer.id, "kind": answer.kind, "where": answer.where, "value": answer.value, "when": answer.when,
        "by": answer.by,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value not in ("", None)}


def _kept(table: SettingsTable) -> KeptAnswer:
    number = table.required("id", 'id = "year-1a2b3c4d"')
    value = table.raw("value")
    if value is None:
        table.required("value", 'value = "2026"')
    elif not is_answer(value):
        table.text("value")
    when = table.raw("when")
    day = when.date() if isinstance(when, datetime) else when if isinstance(when, date) else None
    if when is not None and day is None:
        table.tell(settings_file.WRONG_TYPE, "when", wanted="a day", found=type(when).__name__, example="2026-11-09")
    answer = KeptAnswer(number, str(value), table.text("kind"), table.text("where"), day, table.text("by"))
    table.close()
    return answer


def is_answer(value: object) -> bool:
    """Return whether a value can be an answer; a year or a day may stand without quotes."""
    return isinstance(value, str | int | date) and not isinstance(value, bool)


def _unusable(path: Path, reason: object) -> Diagnostic:
    return problems.ANSWERS_UNUSABLE.at(Where(path.name), reason=reason)


def _section(head: str, values: Mapping[str, Any]) -> str:
    return "".join((f"{head}\n", *(f"{_key(name)} = {_toml(value)}\n" for name, value in values.items())))


def _nested(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table, then the tables in it, one section each; those of a list come last."""
    inner = {key: each for key, each in values.items() if isinstance(each, dict)}
    lists = {key: each for key, each in values.items() if _of_tables(each)}
    yield _section(f"[{name}]", {key: each for key, each in values.items() if key not in inner and key not in lists})
    yield from (_section(f"[{name}.{_key(key)}]", each) for key, each in inner.items())
    yield from (_section(f"[[{name}.{_key(key)}]]", each) for key, rows in lists.items() for each in rows)


def _of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _toml(value: object) -> str:
    """Return a value of a TOML file as it is written on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{"".join(_escaped(c) for c in value)}"'
        case datetime() | date() | time():
            return value.isoformat()
        case int() | float():
            return repr(value)
        case list() | tuple():
            return f"[{', '.join(_toml(each) for each in value)}]"
        case dict():
            return f"{{ {', '.join(f'{_key(name)} = {_toml(each)}' for name, each in value.items())} }}"
        case _:
            raise TypeError(f"TOML has no {type(value).__name__}")


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else _toml(name)


def _escaped(c: str) -> str:
    """Return a character as it stands in a quoted text: what cannot be seen is written as its number."""
    if c in '"\\':
        return f"\\{c}"
    if c.isprintable():
        return c
    # A lone surrogate is no character and may not be written, not even as its number.
    return "\N{REPLACEMENT CHARACTER}" if 0xD800 <= ord(c) <= 0xDFFF else f"\\U{ord(c):08X}"
