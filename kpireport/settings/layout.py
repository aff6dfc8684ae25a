"""[[layout]] of kpireport.toml: how to read tables that were not made for us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpireport.core.catalogue import settings_file as problems
from kpireport.core.parse.mapping import COMBINE, DECIMAL, FIELDS, READ_AS, Layout
from kpireport.settings import open_table
from kpireport.settings.table import example, kind

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.messages import Message
    from kpireport.core.parse.mapping import Place
    from kpireport.settings.table import SettingsTable

DEFAULT = Layout()
MOST_ROWS = 1_048_576


def read(top: SettingsTable) -> tuple[Layout, ...]:
    """Return the layouts of a settings file; one table written as [layout] counts as a list of one."""
    if isinstance(top.values.get("layout"), dict):
        return (_layout(top.table("layout")),)
    return tuple(_layout(table) for table in top.tables("layout"))


def _layout(table: SettingsTable) -> Layout:
    made = Layout(
        where=table.where(),
        sheet=table.text("sheet", DEFAULT.sheet),
        file=table.text("file", DEFAULT.file),
        read=table.choice("read", READ_AS, DEFAULT.read),
        table=table.text("table"),
        header=_rows(table),
        places=_places(table),
        figures=table.text("figures"),
        metrics=_names(table, "metrics"),
        kpi=table.text("kpi"),
        rename=_names(table, "rename"),
        unit=table.text("unit"),
        year=_year(table),
        when=table.text("when"),
        sign=_sign(table),
        scale=table.number("scale", DEFAULT.scale, least=1e-12, most=1e12),
        skip=table.texts("skip"),
        combine=table.choice("combine", COMBINE, DEFAULT.combine),
        decimal=table.choice("decimal", DECIMAL, DEFAULT.decimal),
    )
    table.close()
    return made


def _rows(table: SettingsTable) -> tuple[int, ...]:
    """Return the header rows: ``header = 4`` or ``header = [3, 4]``."""
    found = table.raw("header")
    rows = found if isinstance(found, list) else [] if found is None else [found]
    if all(isinstance(row, int) and not isinstance(row, bool) and 1 <= row <= MOST_ROWS for row in rows):
        return tuple(rows)
    _wrong(table, "header", found, example("header"))
    return ()


def _places(table: SettingsTable) -> dict[str, Place]:
    """Return where each field stands: text names a column by title or letter, a number is a header row."""
    found: dict[str, Place] = {}
    for name in FIELDS:
        key = name.replace(" ", "_")
        if name in ("year", "unit"):  # these words alone name the year and the unit of all figures
            key = f"{name}_column"
        value = table.raw(key)
        if value is None:
            continue
        if (isinstance(value, str) and value.strip()) or (
            isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_ROWS
        ):
            found[name] = value
        else:
            _wrong(table, key, value, example("column"))
    return found


def _names(table: SettingsTable, key: str) -> dict[str, str]:
    inner = table.table(key)
    names = {name: inner.text(name) for name in inner.values}
    inner.close()
    return {name: text for name, text in names.items() if text}


def _year(table: SettingsTable) -> int | None:
    found = table.integer("year", 0, least=1900, most=2200)
    return found or None


def _sign(table: SettingsTable) -> int:
    found = table.raw("sign")
    if found in (None, 1, -1) and not isinstance(found, bool):
        return int(found or 1)
    _wrong(table, "sign", found, example("sign"))
    return 1


def _wrong(table: SettingsTable, key: str, found: Any, right: Message) -> None:
    table.tell(problems.WRONG_TYPE, key, wanted=kind("other"), found=str(found), example=right)


def layouts(path: Path) -> tuple[tuple[Layout, ...], tuple[Diagnostic, ...]]:
    """Return the layouts of a settings file, and what is wrong with them; other tables are not looked at."""
    top, told = open_table(path)
    if top is None:
        return (), told
    found = read(top)
    return found, tuple(top.problems)
