"""What a worker does: workbooks in, a Product out. It writes nothing that lasts and sends nothing."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.core.catalogue import batch as problems
from kpireport.core.diagnostics import Where, quoted
from kpireport.core.dispatch import Product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.pipeline import Job


@dataclass(frozen=True, slots=True)
class Order:
    """A report that a worker is to make. content: bytes by name, for a worker on a machine that has not our files.

    recipients: whether editions and letters are wanted.
    """

    job: Job
    mail: bool = True
    content: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker gives back. error: the traceback of our bug, where one stopped it."""

    product: Product
    error: str = ""


def make(order: Order) -> Done:
    """Make one report. A bug of ours becomes a problem of this workbook alone."""
    try:
        if order.content:
            return _away(order)
        return _made(order.job, mail=order.mail)
    except Exception as error:  # the edge of a worker: one workbook must not stop the others
        reason = quoted(f"{type(error).__name__}: {error}")
        told = problems.OUR_BUG.at(Where(order.job.workbooks[0].name), reason=reason)
        product = Product(order.job.name or "", order.job.period or "", "", diagnostics=(told,), failed=True)
        return Done(product, traceback.format_exc())


def _made(job: Job, *, mail: bool) -> Done:
    from kpireport import pipeline

    return Done(pipeline.produce(job, None if mail else ()))


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
            workbooks=tuple(folder / "workbooks" / path.name for path in job.workbooks),
            settings=folder / "kpireport.toml" if job.settings else None,
            state=folder / "state" if job.state else None,
            theme=folder / "theme" if (folder / "theme").is_dir() else job.theme,
        )
        return _made(here, mail=order.mail)


def packed(order: Order) -> Order:
    """Return the order with everything that it reads, so that it can be carried out on any machine. Raises OSError."""
    job = order.job
    content = {f"workbooks/{path.name}": path.read_bytes() for path in job.workbooks}
    if job.settings is not None:
        content["kpireport.toml"] = job.settings.read_bytes()
    if job.state is not None and (job.state / "snapshots.db").is_file():
        content["state/snapshots.db"] = _database(job.state / "snapshots.db")
    if job.theme is not None and job.theme.is_dir():
        for path in sorted(job.theme.rglob("*")):
            if path.is_file():
                content[f"theme/{path.relative_to(job.theme).as_posix()}"] = path.read_bytes()
    return replace(order, content=content)


def _database(path: Path) -> bytes:
    """Return a database as it is now, also while another process writes into it."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        return copy.serialize()
