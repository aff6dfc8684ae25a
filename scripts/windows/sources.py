"""Fetch what is needed for Windows besides the locked wheels, once, into the user's cache; each checked by its SHA-256.

python scripts/windows/sources.py NAME      prints where the file of sources.toml lies
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

AWAY = 75  # as EX_TEMPFAIL: try again later
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kpireport-windows"
SOURCES = tomllib.loads((Path(__file__).parent / "sources.toml").read_text("utf-8"))


def source(name: str) -> Path:
    """Return a file of sources.toml.

    Raises OSError where it is not reached, and SystemExit where it is not the file that we know.
    """
    known = SOURCES[name]
    file = of_maven(known["artifact"]) if "artifact" in known else of_the_web(known["address"])
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != known["sha256"]:
        file.unlink()
        raise SystemExit(f"{file.name} is not the file that we know: its SHA-256 is {digest}, not {known['sha256']}")
    return file


def of_the_web(address: str) -> Path:
    file = CACHE / address.rpartition("/")[2]
    if not file.is_file():
        with urllib.request.urlopen(address, timeout=60) as answer:
            content = answer.read()
        CACHE.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return file


def of_maven(artifact: str) -> Path:
    """Return a file of Maven Central as the user's mvn is set up to reach it."""
    _, name, version, ending, classifier = artifact.split(":")
    file = CACHE / f"{name}-{version}-{classifier}.{ending}"
    if not file.is_file():
        words = ["dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={CACHE}"]
        done = subprocess.run(["mvn", "--batch-mode", *words], capture_output=True, text=True, check=False)
        if done.returncode or not file.is_file():
            raise OSError(f"mvn could not fetch {artifact}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return file


if __name__ == "__main__":
    try:
        print(source(sys.argv[1]))
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(AWAY)
