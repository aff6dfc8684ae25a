"""What a worker does: workbooks in, a Product out. It writes nothing that lasts and sends nothing."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport import readings, snapshots
from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.dispatch import Product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.pipeline import Job


@dataclass(frozen=True, slots=True)
class Order:
    """A report that a worker is to make. content: bytes by name, for a worker on a machine that has not our files.

    mail: whether editions and letters are wanted. marked: whether a copy of a failed workbook is, with its problems in
    their cells. known: the organisation whose former figures come along; None where all of them are at hand.
    """

    job: Job
    mail: bool = True
    marked: bool = False
    content: Mapping[str, bytes] = field(default_factory=dict)
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker gives back. error: the traceback of our bug, where one stopped it.

    marked: the copy of a failed workbook with its problems in their cells; nothing where none of them has a cell.
    known: as of the order.
    """

    product: Product
    error: str = ""
    marked: bytes = b""
    known: str | None = None


def make(order: Order) -> Done:
    """Make one report. A bug of ours becomes a problem of this workbook alone."""
    try:
        if order.content:
            return _away(order)
        return _made(order, order.job)
    except Exception as error:  # the edge of a worker: one workbook must not stop the others
        reason = quoted(f"{type(error).__name__}: {error}")
        told = problems.OUR_BUG.at(Where(order.job.workbooks[0].name), reason=reason)
        product = Product(order.job.name or "", order.job.period or "", "", diagnostics=(told,), failed=True)
        return Done(product, traceback.format_exc())


def _made(order: Order, job: Job) -> Done:
    from kpireport import pipeline

    product = pipeline.produce(job, None if order.mail else ())
    marked = _marked(job, product) if order.marked and product.failed else b""
    return Done(product, marked=marked, known=order.known)


def _marked(job: Job, product: Product) -> bytes:
    """Return a copy of a failed workbook with its problems marked in their cells."""
    from kpireport import languages
    from kpireport.excel.annotate import annotate

    found = [problem for problem in product.diagnostics if problem.where.cell]
    if not found:
        return b""
    (path,) = job.workbooks
    return annotate(path.read_bytes(), path.name, found, language=languages.spoken(job.language)).content or b""


def _away(order: Order) -> Done:
    """Work in a folder of our own with what came along: workbooks, settings, former figures, the theme."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="kpireport-") as name:
        folder = Path(name)
        for path, content in order.content.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        job = order.job
        here = replace(
            job,
            workbooks=tuple(folder / f"workbooks/{n}/{path.name}" for n, path in enumerate(job.workbooks)),
            settings=folder / "kpireport.toml" if job.settings else None,
            state=folder / "state" if job.state else None,
            theme=folder / "theme" if (folder / "theme").is_dir() else job.theme,
        )
        return _made(order, here)


def packed(order: Order, organisation: str, sources: str) -> Order:
    """Return the order with everything that it reads, so that it can be carried out on any machine. Raises OSError.

    organisation: whose report it probably is; of all former figures only its own come along. sources: the SHA-256 of
    the workbooks, as the snapshots have them.
    """
    job = order.job
    content = {f"workbooks/{n}/{path.name}": path.read_bytes() for n, path in enumerate(job.workbooks)}
    if job.settings is not None:
        content["kpireport.toml"] = job.settings.read_bytes()
    for number, path in enumerate(job.workbooks):
        kept = readings.place(path, job.settings)
        beside = "" if job.settings is not None else f"workbooks/{number}/"
        if kept.is_file():
            content[f"{beside}{readings.FOLDER}/{kept.name}"] = kept.read_bytes()
    if job.state is not None and (job.state / snapshots.NAME).is_file():
        content[f"state/{snapshots.NAME}"] = snapshots.Snapshots(job.state).extract(organisation, sources)
    if job.theme is not None and job.theme.is_dir():
        for path in sorted(job.theme.rglob("*")):
            if path.is_file():
                content[f"theme/{path.relative_to(job.theme).as_posix()}"] = path.read_bytes()
    return replace(order, content=content, known=organisation)
