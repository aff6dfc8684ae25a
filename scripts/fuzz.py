"""Feed the readers what nobody would type, guided by the code that it reaches: ``python scripts/fuzz.py TARGET``.

Needs atheris (``pip install atheris``), which has no place in the lock: it is built for few systems. Any argument that
libFuzzer knows follows the target: ``-max_total_time=300``, ``-runs=100000``, a folder of finds. What it finds becomes
a named case in the tests.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["kpireport"]):
    from kpireport.core.arithmetic import Unreadable, parse
    from kpireport.core.conditions import condition
    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.core.number_format import is_date, percent, section, sections
    from kpireport.core.parse.numbers import from_text
    from kpireport.core.parse.period_names import parse_period
    from kpireport.core.periods import Calendar, Period
    from kpireport.excel.read import read_bytes
    from kpireport.resources import sample_workbooks

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Where("x.xlsx", "S", "A1")
CALENDARS = (Calendar(), Calendar(4), Calendar(10, "start"))


def number(data: bytes) -> None:
    """A number, as text."""
    found = from_text(data.decode("utf-8", "replace"), HERE)
    assert found is None or isinstance(found, Diagnostic) or found.value == found.value


def period(data: bytes) -> None:
    """The name of a period; what is understood is understood again by its key."""
    for calendar in CALENDARS:
        found = parse_period(data.decode("utf-8", "replace"), calendar)
        # P7 of FY2199 ends in a calendar year that is not read by itself; nobody plans for it
        if isinstance(found, Period) and found.year in range(1901, 2199):
            assert parse_period(found.key, calendar) == found, found


def number_format(data: bytes) -> None:
    """A number format: its sections make up the whole."""
    code = data.decode("utf-8", "replace")
    assert ";".join(sections(code)) == code
    for value in (-1.0, 0.0, 0.5, 45000.0):
        assert section(code, value) in sections(code)
        percent(code, value)
    is_date(code)


def trigger(data: bytes) -> None:
    """The condition of a trigger."""
    found = condition(data.decode("utf-8", "replace"))
    assert found is None or found.periods >= 1


def formula(data: bytes) -> None:
    """A KPI computed from metrics."""
    try:
        parse(data.decode("utf-8", "replace"))
    except Unreadable:
        return


_SAMPLE = (sample_workbooks() / "minimal.xlsx").read_bytes()
with zipfile.ZipFile(BytesIO(_SAMPLE)) as _book:
    PARTS = {name: _book.read(name) for name in _book.namelist()}
NAMES = sorted(PARTS)


def package(data: bytes) -> None:
    """A whole file."""
    read_bytes(data, "x.xlsx")


def part(data: bytes) -> None:
    """One part of a good workbook, with a stretch of it replaced."""
    read = atheris.FuzzedDataProvider(data)
    name = NAMES[read.ConsumeIntInRange(0, len(NAMES) - 1)]
    old = PARTS[name]
    at = read.ConsumeIntInRange(0, len(old))
    length = read.ConsumeIntInRange(0, 64)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for each, content in PARTS.items():
            put = old[:at] + read.ConsumeBytes(64) + old[at + length :] if each == name else content
            package.writestr(each, put)
    book, problems = read_bytes(stream.getvalue(), "x.xlsx")
    assert book is not None or problems


TARGETS: dict[str, Callable[[bytes], None]] = {
    "number": number, "period": period, "number_format": number_format, "trigger": trigger, "formula": formula,
    "package": package, "part": part,
}  # fmt: skip

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        raise SystemExit(f"one of: {', '.join(TARGETS)}")
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
