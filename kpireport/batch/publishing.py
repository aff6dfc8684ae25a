"""Where reports go: a folder for each report, in it one for each period; a corrected one keeps the older beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpireport import output
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.batch.ledger import Made
    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Product


def folder(reports: Path, product: Product) -> Path:
    """Return the folder of a report and its period."""
    return reports / output.safe_name(product.report) / output.safe_name(product.period, "period")


def publish(product: Product, place: Path, before: Made | None) -> list[Diagnostic]:
    """Write the files of a product. before: the edition that it corrects, whose files are kept as ``NAME_r1.pdf``.

    Raises OSError; then the older files are where they were, or beside, under their number.
    """
    if before is not None:
        for name in before.files:
            older = place / name
            if older.is_file():
                kept = place / f"{older.stem}_r{before.revision}{older.suffix}"
                output.publish({kept.name: older.read_bytes()}, place)
    written = output.publish(product.files, place)
    return [
        problems.OPEN_ELSEWHERE.at(Where(path.name), name=path.name)
        for path, name in zip(written, product.files, strict=True)
        if path.name != name
    ]


def blank(product: Product) -> bool:
    """Return whether a report would show no figure of its period: nobody has filled in the workbook yet."""
    return not any(f.period == product.period and f.series == "actual" and f.value is not None for f in product.figures)
