"""Read the Recipients sheet. Nobody is written to by guess: a row that is not wholly understood is told and left out.

A part that cannot be read must never become "all", nor a last day that cannot be read "for ever".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kpireport.core.addresses import hidden
from kpireport.core.catalogue import sheets as problems
from kpireport.core.diagnostics import did_you_mean, quoted
from kpireport.core.formats import DEFAULT_FORMATS, MAILED_BY_DEFAULT, MAILED_FORMATS
from kpireport.core.lexicon import standard
from kpireport.core.model import Recipient
from kpireport.core.parse import vocabulary
from kpireport.core.registry import nearest

if TYPE_CHECKING:
    from datetime import date

    from kpireport.core.parse.desk import Desk
    from kpireport.core.parse.tables import Table

ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
PIECES = re.compile(r"[,;/+&、，；\n]")  # between formats
WHEN = ("always", "red only", "changed")
CONDITIONS = {"red_only": "red only", "changed": "changed"}  # name of the pattern to the condition
SURE = ("scope", "active", "first_day", "last_day")  # whoever cannot be read in one of these is not written to


def recipients(desk: Desk, table: Table) -> list[Recipient]:
    """Return the recipients of a sheet; an address that is none is told."""
    found: list[Recipient] = []
    if "scope" not in table.columns and table.unknown:
        # Any of these columns may be the part each person gets, under a title that we do not know.
        place = table.where(table.header, min(table.unknown))
        desk.tell(problems.PART_COLUMN_UNKNOWN.at(place, title=table.unknown[min(table.unknown)]))
        desk.use(table.sheet, 0)
        return found
    parted = any(table.text(row, "scope") for row in table.rows)
    for row in table.rows:
        address, name = table.text(row, "address"), table.text(row, "name")
        if not address and not name:
            continue
        if not ADDRESS.fullmatch(address):
            desk.tell(problems.ADDRESS_UNUSABLE.at(table.place(row, "address"), found=hidden(address)))
            continue
        one = _recipient(desk, table, row, parted=parted)
        if one is not None:
            found.append(one)
    desk.use(table.sheet, len(found))
    return found


def _recipient(desk: Desk, table: Table, row: int, *, parted: bool) -> Recipient | None:
    """Return one person; None where it is not sure what she gets, or whether. parted: other rows name their part."""
    scope, active = table.text(row, "scope"), vocabulary.meaning("yes", table.text(row, "active"))
    days = {name: desk.day(table, row, name) for name in ("first_day", "last_day")}
    unsure = [name for name in SURE if _unsure(table, row, name, active=active, days=days)]
    if parted and not scope:
        unsure.insert(0, "scope")
    if unsure:
        desk.tell(problems.RECIPIENT_UNSURE.at(table.place(row, unsure[0]), found=_shown(table, row, unsure[0])))
        return None
    address = table.text(row, "address")
    return Recipient(
        name=table.text(row, "name") or address,
        address=address,
        where=table.place(row, "address"),
        scope="all" if not scope or scope.casefold() in standard().words("scope", "all") else scope,
        language=_language(desk, table, row),
        formats=_formats(desk, table, row),
        condition=_condition(desk, table, row),
        active=active is not False,
        first_day=days["first_day"],
        last_day=days["last_day"],
    )


def _formats(desk: Desk, table: Table, row: int) -> tuple[str, ...]:
    """Return the formats that a cell names, what is mailed by default first; "both" is those of a build.

    Words beside them are told.
    """
    low = table.text(row, "formats").casefold()
    words = (*MAILED_FORMATS, *standard().words("formats", "both"))
    for piece in filter(None, map(str.strip, PIECES.split(low))):
        if not any(word in piece for word in words):
            like = did_you_mean(nearest(piece, MAILED_FORMATS))
            desk.tell(problems.FORMAT_UNKNOWN.at(table.place(row, "formats"), found=quoted(piece), near=like))
    both = any(word in low for word in standard().words("formats", "both"))
    named = [form for form in MAILED_FORMATS if form in low or (both and form in DEFAULT_FORMATS)]
    return tuple(sorted(named, key=lambda form: form not in MAILED_BY_DEFAULT)) or MAILED_BY_DEFAULT


def _unsure(table: Table, row: int, name: str, *, active: object, days: dict[str, date | None]) -> bool:
    """Return whether a cell holds something that could not be read: an error, a formula without a result, a word."""
    cell = table.cell(row, name)
    if cell is None or (cell.value is None and not cell.error and not cell.formula):
        return False
    if name == "scope":
        return not table.text(row, name)
    return active is None if name == "active" else days[name] is None


def _shown(table: Table, row: int, name: str) -> str:
    cell = table.cell(row, name)
    return table.text(row, name) or (cell.error if cell is not None and cell.error else "") or "-"


def _condition(desk: Desk, table: Table, row: int) -> str:
    """Return when this person is written to: "always", "red only" or "changed"; what is none of them is told."""
    text = table.text(row, "condition").casefold()
    lexicon = standard()
    for pattern, condition in CONDITIONS.items():
        if lexicon.expression(pattern).search(text):
            return condition
    if text and not lexicon.expression("always").fullmatch(text):
        like = did_you_mean(nearest(text, WHEN))
        desk.tell(
            problems.WHEN_UNKNOWN.at(
                table.place(row, "condition"), found=table.text(row, "condition"), near=like
            )
        )  # fmt: skip
    return "always"


def _language(desk: Desk, table: Table, row: int) -> str:
    """Return the tag of the language that a cell begins with, in any language: ``zh-CN``; "" for none.

    What is no language is told.
    """
    text, lexicon = table.text(row, "language"), standard()
    tags = lexicon.spellings("choices.language")
    tag = next((tags[word] for word in sorted(tags, key=len, reverse=True) if text.casefold().startswith(word)), "")
    if text and not tag:
        like = did_you_mean(nearest(text, tags))
        desk.tell(problems.LANGUAGE_UNKNOWN.at(table.place(row, "language"), found=quoted(text), near=like))
    return tag
