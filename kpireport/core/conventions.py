"""How one language writes figures, dates and lists: what stands in its ``language.toml``, as values with types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class TextForms:
    """How parts of a text are put together.

    sentences: what stands between two sentences. comma, semicolon, colon: with their blanks. listed, last: what
    stands between the names of a list, and before its last. counts: words for 0, 1, 2 …; ordinals: for the first, the
    second …; either may be short or empty, larger numbers are figures. ordinal: by plural form, with ``{n}``.
    """

    sentences: str
    comma: str
    semicolon: str
    colon: str
    listed: str
    last: str
    counts: tuple[str, ...]
    ordinals: tuple[str, ...]
    ordinal: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FigureForms:
    """How a figure stands with what belongs to it.

    decimal: the mark, as the locale has it. percent, points: with ``{n}``; points are of tables, points_said of
    sentences. scales: divisors with their words, the largest first; plan_scales: those of the money of a plan, the
    smallest first. scaled, scaled_currency: ``{unit}`` with its ``{scale}``. money, money_scaled: ``{n}`` with its
    ``{currency}`` and ``{scale}``.
    """

    decimal: str
    percent: str
    points: str
    points_said: str
    yes: str
    no: str
    scales: tuple[tuple[float, str], ...]
    plan_scales: tuple[tuple[float, str], ...]
    scaled: str
    scaled_currency: str
    money: str
    money_scaled: str


@dataclass(frozen=True, slots=True)
class DateForms:
    """How days and periods are written.

    Fields: ``{day}``, ``{month}`` (its name), ``{narrow}`` (its initial), ``{number}`` (of a month, week or period),
    ``{year}``; fiscal_year has ``{short}`` (two digits) too. …_alone: without a year. named: a quarter or half
    (``{name}``) with its year. initial: of a month under an axis.
    """

    day: str
    month: str
    month_alone: str
    period: str
    period_alone: str
    quarters: tuple[str, ...]
    halves: tuple[str, ...]
    named: str
    week: str
    week_alone: str
    year: str
    fiscal_year: str
    initial: str


@dataclass(frozen=True, slots=True)
class MailLook:
    """How a letter is set: families of fonts that mail programs have, and the size of its headline."""

    sans: str
    serif: str
    headline: str


@dataclass(frozen=True, slots=True)
class Conventions:
    """name: of the language, in itself. locale: of Babel, for digits, names of months and plural forms.

    html: the language of a page. script: "Latn", or "Hans", which wants fonts of Simplified Chinese.
    """

    name: str
    locale: str
    html: str
    script: str
    text: TextForms
    figures: FigureForms
    dates: DateForms
    mail: MailLook

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Conventions:
        """Return the conventions of a ``language.toml``. Raises TypeError with a key that is missing or unknown."""
        parts = {"text": TextForms, "figures": FigureForms, "dates": DateForms, "mail": MailLook}
        values = {key: parts[key](**_frozen(value)) if key in parts else value for key, value in table.items()}
        return cls(**values)


def _frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table whose lists are tuples, and whose pairs of a number and a word are too."""
    return {
        key: tuple(tuple(item) if isinstance(item, list) else item for item in value)
        if isinstance(value, list)
        else value
        for key, value in table.items()
    }
