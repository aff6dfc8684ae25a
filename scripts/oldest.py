"""Hold the samples, made with the oldest packages that are allowed, against those made with the locked ones.

    python scripts/oldest.py OTHER_PYTHON

Each sample is checked and built by both interpreters. What is said, the figures and the words of each page of the PDF
are equal, and both PDFs meet PDF/A-3a and PDF/UA-1. Ends with 1 and the differences, where there are any.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import page

SAMPLES = Path(__file__).parents[1] / "sample_workbooks"
DAY = "2026-11-09"
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


def main(other: str) -> int:
    differences = []
    with tempfile.TemporaryDirectory() as name:
        for sample in sorted(SAMPLES.glob("*.xlsx")):
            made = [outcome(python, sample, Path(name) / str(n)) for n, python in enumerate((sys.executable, other))]
            differences += [
                f"{sample.name}: {part} differs\n  {locked!r:.300}\n  {oldest!r:.300}"
                for (part, locked), oldest in zip(made[0].items(), made[1].values(), strict=True)
                if locked != oldest
            ]
            differences += [f"{sample.name}: {fault}" for n in (0, 1) for fault in faults(Path(name) / str(n), sample)]
            print(f"{sample.name}: {len(made[0]['pages'])} pages")
    print("".join(f"{difference}\n" for difference in differences), end="")
    print(f"WeasyPrint {metadata.version('weasyprint')} and {version(other)}: {len(differences)} differences")
    return 1 if differences else 0


TYPED = re.compile(r"/[^ `]*/bin/kpireport\b")


def outcome(python: str, sample: Path, out: Path) -> dict[str, object]:
    """Return what a sample came to: exit codes, what was said, figures, and the words of each page."""
    common = [str(sample), "--today", DAY]
    check = run(python, "check", *common)
    build = run(python, "build", *common, "--no-state", "--format", "html,pdf,json,xlsx", "--out", str(out))
    document = out / f"{sample.stem}.json"
    return {
        # A command is printed with its path where it is not on the path: each has its own.
        "check": (check.returncode, TYPED.sub("kpireport", check.stdout)),
        "exit code of build": build.returncode,
        "figures": json.loads(document.read_text("utf-8")) if document.is_file() else None,
        "pages": words(out / f"{sample.stem}.pdf"),
    }


def run(python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, "-m", "kpireport", *arguments], capture_output=True, text=True, timeout=600)


def words(pdf: Path) -> list[list[str]]:
    if not pdf.is_file():
        return []
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return [sheet.split() for sheet in text.split("\f")[:-1]]


def faults(out: Path, sample: Path) -> list[str]:
    pdf = out / f"{sample.stem}.pdf"
    if not pdf.is_file():
        return []
    results = [page.validate_pdf(str(pdf), profile=profile) for profile in PROFILES]
    return [str(failure) for result in results for failure in result.failures]


def version(python: str) -> str:
    ask = "from importlib import metadata; print(metadata.version('weasyprint'))"
    return subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
