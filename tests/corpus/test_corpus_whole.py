"""Every file of the corpus, to the end: what is understood of it, or the codes with which it is refused.

outcomes.toml beside this file has the expectation of each; ``python -m tests.corpus.test_corpus_whole FOLDER`` writes
it anew, to be read before it is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EXPECTED = Path(__file__).with_name("outcomes.toml")
MEGABYTES = 1_500  # an interpreter with all that a report needs, and 1 GB for the workbook
CHILD = """
import json, resource, sys
from datetime import date
from pathlib import Path
from kpireport.core import assembly
from kpireport.core.diagnostics import Severity
from kpireport.core.evaluate import evaluate
from kpireport.excel.read import read

limit = int(sys.argv[2]) * 1_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
today = date.fromisoformat("2026-11-09")
for path in sorted(Path(sys.argv[1]).iterdir()):
    found, told = read(path)
    figures = kpis = 0
    if found is not None:
        book, more = assembly.book([found], today=today)
        told = (*told, *more)
        if book is not None:
            kpis, figures = len(book.kpis), len(book.observations)
            told = (*told, *evaluate(book, period=None, today=today)[1])
    codes = sorted({p.code for p in told if p.severity is Severity.ERROR})
    for each in told:
        assert (said(each.problem) + said(each.fix, "zh") + str(each.where)).isprintable()
    print(json.dumps({path.name: " ".join(codes) or f"{kpis} KPIs, {figures} figures"}))
"""


def outcomes(folder: Path) -> dict[str, str]:
    """Return what becomes of each file of a folder, all read in one process of 1 GB."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, str(folder), str(MEGABYTES)],
        capture_output=True,
        timeout=900,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == b"", done.stderr[-2000:]
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        found |= json.loads(line)
    return found


@pytest.mark.parametrize("folder", ["real", "hostile"])
def test_every_file_of_the_corpus_gives_figures_or_a_reason(corpus: Path, folder: str) -> None:
    assert outcomes(corpus / folder) == tomllib.loads(EXPECTED.read_text("utf-8"))[folder]


if __name__ == "__main__":
    text = "# What becomes of each file of the corpus: what is understood, or the codes of the errors that stop it.\n"
    for name in ("real", "hostile"):
        text += f"\n[{name}]\n" + "".join(
            f"{json.dumps(k)} = {json.dumps(v)}\n" for k, v in outcomes(Path(sys.argv[1]) / name).items()
        )
    EXPECTED.write_text(text, "utf-8")
