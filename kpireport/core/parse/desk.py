"""What reading a set of workbooks needs all along: settings, problems, interpretations, and who is who."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import Diagnostic, Reading, Where, did_you_mean
from kpireport.core.messages import Message
from kpireport.core.model import Settings
from kpireport.core.parse import vocabulary
from kpireport.core.parse.dates import day
from kpireport.core.parse.numbers import Number, number
from kpireport.core.parse.period_names import Cumulative, period
from kpireport.core.parse.tables import text_of
from kpireport.core.spelling import key
from kpireport.core.suggest import Suggestions

if TYPE_CHECKING:
    from datetime import date

    from kpireport.core.model import Kpi
    from kpireport.core.parse.tables import Table
    from kpireport.core.periods import Period
    from kpireport.core.workbook import Sheet


@dataclass
class Desk:
    """The reading in progress. Problems and readings are collected; reading goes on.

    tables: those of which each column is a field or is not used, as of goals and plans.
    """

    today: date
    settings: Settings = field(default_factory=Settings)
    problems: list[Diagnostic] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    used: dict[tuple[str, str], int] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    suggestions: Suggestions = field(default_factory=Suggestions)

    def tell(self, problem: Diagnostic) -> None:
        self.problems.append(problem)

    def read_as(self, topic: str, where: Where, key: str, kpi: str = "", **fields: object) -> None:
        """Note how something was understood. key: of its sentence in readings.toml, without the file."""
        self.readings.append(Reading(topic, where, Message(f"readings.{key}", fields), kpi))

    def ignore(self, sheet: Sheet, why: str) -> None:
        """Note that a sheet is not read. why: the key of the reason, in the table ``why``."""
        self.read_as("ignored", Where(sheet.file, sheet.name), "ignored.sheet", why=Message(f"readings.why.{why}"))

    def use(self, sheet: Sheet, figures: int = 0) -> None:
        place = (sheet.file, sheet.name)
        self.used[place] = self.used.get(place, 0) + figures

    def kpi_key(self, name: str) -> str | None:
        """Return the key of the KPI that a cell names, by name or by ID; None where there is none."""
        wanted = key(name)
        return wanted if wanted in self.kpis else self.ids.get(wanted)

    def near(self, name: str) -> Message | str:
        near = self.suggestions.nearest(key(name), lambda: self.kpis)
        return did_you_mean(self.kpis[near].name if near else None)

    def reference(self, table: Table, row: int, name: str = "kpi") -> str | None:
        """Return the KPI that a row of the plan, the notes and the like belongs to; a wrong name is told."""
        shown = table.text(row, name)
        if not shown:
            return None
        found = self.kpi_key(shown)
        if found is None:
            self.tell(problems.REFERENCE_UNKNOWN.at(table.place(row, name), name=shown, near=self.near(shown)))
        return found

    def choice(self, table: Table, row: int, name: str, topic: str | None = None) -> Any:
        """Return what a chosen word means, or None; a word that is no choice is told."""
        shown = table.text(row, name)
        if not shown:
            return None
        found = vocabulary.meaning(topic or name, shown)
        if found is None:
            title = text_of(table.sheet.at(table.header, table.columns[name]))
            words = vocabulary.choices(topic or name)
            self.tell(problems.NO_CHOICE.at(table.place(row, name), found=shown, field=title, choices=words))
        return found

    def number(self, table: Table, row: int, name: str) -> Number | None:
        cell = table.cell(row, name)
        found = number(cell, table.place(row, name), decimal=self.settings.decimal)
        if isinstance(found, Diagnostic):
            self.tell(found)
            return None
        return found

    def amount(self, table: Table, row: int, name: str) -> float | None:
        found = self.number(table, row, name)
        return found.value if found else None

    def ratio(self, table: Table, row: int, name: str, *, most: float = 1.5) -> float | None:
        """Return a share typed as 40%, 0.4 or 40. most: above it a plain number is in percent: a cap of 2 is 200 %."""
        found = self.number(table, row, name)
        if found is None:
            return None
        return found.value / 100 if not found.share and abs(found.value) > most else found.value

    def day(self, table: Table, row: int, name: str) -> date | None:
        found = day(table.cell(row, name), table.place(row, name))
        if isinstance(found, Diagnostic):
            self.tell(found)
            return None
        return found

    def period(self, table: Table, row: int, name: str = "period", year: int | None = None) -> Period | None:
        found = period(table.cell(row, name), table.place(row, name), calendar=self.settings.calendar, year=year)
        if isinstance(found, Diagnostic):
            self.tell(found)
            return None
        return found.through if isinstance(found, Cumulative) else found
