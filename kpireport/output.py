"""Publish files: written beside, flushed, then renamed, so that nobody ever opens half a report. Rule: N13."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import sys
import time
import unicodedata
from typing import TYPE_CHECKING

from kpireport.core.file_names import BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LONGEST = 120  # bytes; leaves room for suffixes below the 255 that file systems allow
RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"}
RESERVED |= {f"{name}{digit}" for name in ("com", "lpt") for digit in "123456789¹²³"}
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
HELD = {5, 32, 33}  # Windows: access denied, sharing violation, lock violation: a program has the file open
WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)  # seconds between tries, about 2.5 in all
STALE = 24 * 3600  # seconds after which a temporary file is a leftover of a run that died
TEMPORARY = re.compile(r"^\.kpireport\..+\.[0-9a-f]{8}\.tmp$")


def safe_name(text: str, instead: str = "report") -> str:
    """Return ``text`` as the stem of a file name that Windows, macOS and Linux all allow; never empty, never a path."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    text = FORBIDDEN.sub("_", " ".join(text.split()))
    text = text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").strip(" .")
    text = re.sub(r"^-+", "_", text)
    if text.partition(".")[0].strip().casefold() in RESERVED:
        text = f"_{text}"
    return text or instead


def distinct_name(text: str) -> str:
    """Return ``safe_name``; where it is not the text itself, with a mark, so that no two texts have one name."""
    name = safe_name(text)
    if name == unicodedata.normalize("NFC", text):
        return name
    return f"{name}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def publish(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    replace: Callable[[Path, Path], object] | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> tuple[Path, ...]:
    """Write all files, or leave every older one as it was where writing fails.

    files: name to content. All are written beside their places first and renamed last, in the order given.
    A file that another program holds open on Windows is written as ``NAME.NEW.ext`` beside it.
    replace, sleep: for tests. Raises OSError (no right to write, disk full).
    Rule: N13.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, content in files.items():
            temporary = folder / f".kpireport.{safe_name(name)}.{secrets.token_hex(4)}.tmp"
            waiting.append((temporary, folder / name))
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        written = [_move(temporary, place, replace or os.replace, sleep) for temporary, place in waiting]
    finally:
        for temporary, _ in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    _settle(folder)
    return tuple(written)


def _move(
    temporary: Path, place: Path, replace: Callable[[Path, Path], object], sleep: Callable[[float], object]
) -> Path:
    for wait in (*WAITS, None):
        try:
            replace(temporary, place)
        except OSError as error:
            if getattr(error, "winerror", None) not in HELD:
                raise
            if wait is not None:
                sleep(wait)
        else:
            return place
    # The old file stays: someone is reading it. The new one stands beside it, under a name that says so.
    replace(temporary, beside(place))
    return beside(place)


def beside(place: Path) -> Path:
    """Return where a file is written whose place another program holds."""
    return place.with_name(f"{place.stem}{BESIDE}{place.suffix}")


def sweep(folder: Path, now: float | None = None) -> None:
    """Remove temporary files of runs that died more than a day ago."""
    limit = (time.time() if now is None else now) - STALE
    for path in folder.glob(".kpireport.*.tmp"):
        with contextlib.suppress(OSError):
            if TEMPORARY.match(path.name) and path.stat().st_mtime < limit:
                path.unlink()


def _settle(folder: Path) -> None:
    """Make the renames last through a power cut, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems cannot; the files themselves are safe
    finally:
        os.close(descriptor)
