"""Where reports go: a folder for each report, in it one for each period; a corrected one keeps the older beside it.

Rule: N13, N16.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from kpireport import output
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where
from kpireport.core.file_names import BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kpireport.batch.ledger import Made, RunLedger
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product


class Places:
    """The folder of each report. known: the reports that were ever made, oldest first; asked for once, when needed.

    Two reports whose names make one folder name ("A/B" and "A:B", or in other case) must not write over each other:
    the older one has the folder, the other one's bears a part of the SHA-256 of its name.
    """

    def __init__(self, reports: Path, known: Callable[[], Iterable[str]] = tuple) -> None:
        self.reports = reports
        self._known = known
        self._owners: dict[str, str] = {}

    def of(self, report: str, period: str) -> Path:
        """Return the folder of a report and its period."""
        if not self._owners:
            for name in self._known():
                self._owners.setdefault(output.safe_name(name).casefold(), name)
        name = output.safe_name(report)
        if self._owners.setdefault(name.casefold(), report) != report:
            digest = sha256(report.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            name = f"{name}-{digest}"
        return self.reports / name / output.safe_name(period, "period")


def publish(product: Product, place: Path, before: Made | None) -> tuple[Path, ...]:
    """Write the files of a product. before: the edition that it corrects, whose files are kept as ``NAME_r1.pdf``.

    Raises OSError; then the older files are where they were, or beside, under their number.
    """
    if before is not None:
        for name in before.files:
            _keep(place, name, before.revision)
    written = output.publish(product.files, place)
    for path, name in zip(written, product.files, strict=True):
        if path.name == name:
            with contextlib.suppress(OSError):  # what once had to be written beside is older now
                output.beside(path).unlink(missing_ok=True)
    return written


def _keep(place: Path, name: str, revision: int) -> None:
    """Keep a file of an older edition under its number.

    What is kept already is left alone: a run that was killed after it may have put the new report in the old one's
    place, and that must not be taken for the old one.
    """
    older = place / name
    stem = older.stem.removesuffix(BESIDE)
    kept = place / f"{stem}_r{revision}{older.suffix}"
    if older.is_file() and not kept.exists():
        output.publish({kept.name: older.read_bytes()}, place)


def beside(product: Product, written: Iterable[Path]) -> list[Diagnostic]:
    """Return a problem for each file that had to be written beside its place."""
    return [
        problems.OPEN_ELSEWHERE.at(Where(path.name), name=path.name)
        for path, name in zip(written, product.files, strict=True)
        if path.name != name
    ]


def put_right(ledger: RunLedger, places: Places) -> None:
    """Put files that had to be written beside their place into it, where nobody has the older one open any more."""
    for made in ledger.beside():
        newest = ledger.newest(made.report, made.period)
        folder = places.of(made.report, made.period)
        names = []
        for name in made.files:
            new = folder / name
            wanted = new.with_name(f"{new.stem.removesuffix(BESIDE)}{new.suffix}")
            if new != wanted and newest == made:
                try:
                    new.replace(wanted)
                except FileNotFoundError:
                    pass
                except OSError:  # it is still open
                    names.append(name)
                    continue
            names.append(wanted.name)
        if tuple(names) != made.files:
            ledger.keep(replace(made, files=tuple(names)))


def blank(product: Product) -> bool:
    """Return whether a report would show no figure of its period: nobody has filled in the workbook yet."""
    return not any(f.period == product.period and f.series == "actual" and f.value is not None for f in product.figures)
