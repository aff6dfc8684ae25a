"""Our report of group.xlsx beside what else could make one, and where its time goes.

    python benchmarks/bench_report.py

(a) floor: WeasyPrint alone on the very same HTML, with the same options. (b) Chromium prints that HTML. (c) LibreOffice
turns the workbook into a PDF, as a user would by hand. (d) typst sets pages of like content: the same words and tables.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench import SAMPLES, Cost, kpireport, process, table, version

from kpireport import __version__, languages, pipeline
from kpireport.core import assembly
from kpireport.core.evaluate import evaluate
from kpireport.core.outlook import outlook
from kpireport.core.report.compose import compose
from kpireport.excel import read as excel
from kpireport.pipeline import Job
from kpireport.process import prepare
from kpireport.render import pdf, pdf_archive, themes
from kpireport.resources import templates

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 9)
WORKBOOK = SAMPLES / "group.xlsx"
FLOOR = """
import sys, weasyprint
weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/a-3a", pdf_tags=True)
"""
TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


def page() -> str:
    """Return the HTML that becomes the PDF."""
    workbook, _ = excel.read(WORKBOOK)
    assert workbook is not None
    book, _ = assembly.book([workbook], today=TODAY)
    assert book is not None
    card, told = evaluate(book, period=None, today=book.settings.as_of or TODAY)
    assert card is not None
    theme, _ = themes.find(None)
    assert theme is not None
    words = themes.words(theme, "en")["sentences"]
    report = compose(outlook(card), told, words, language=languages.load("en"), issued=TODAY, version=__version__)
    html, told = themes.fill(report, theme, "paper")
    assert not told
    return html


def written(html: str, folder: Path) -> Path:
    """Write a page with its fonts beside it."""
    (folder / "fonts").mkdir()
    for font in (templates() / "standard" / "fonts").glob("*.ttf"):
        shutil.copy(font, folder / "fonts")
    path = folder / "page.html"
    path.write_text(html, "utf-8")
    return path


def typst_source(folder: Path) -> Path:
    """Write pages of like content for typst: headings, sentences, tables, and a line for each KPI."""
    out = folder / "json"
    pipeline.build(Job((WORKBOOK,), TODAY, formats=("json",), out=out))
    data = json.loads((out / "group.json").read_text("utf-8"))
    lines = ['#set page(paper: "a4", margin: 17mm)', '#set text(font: "Source Sans 3", size: 9pt)']
    heads = ("KPI", "AC", "PL", "attainment", "YTD", "status", "trend", "cell")
    for section in ("Scorecard", "Year to date", "Five years", "Contribution", "Sources", "Readings"):
        lines.append(f"= {section}")
        cells = [f"[*{head}*]" for head in heads]
        for kpi in data["kpis"]:
            values = (
                kpi["name"], kpi["actual"], kpi["target"], kpi["attainment"], kpi["ytd"]["actual"], kpi["status"],
                kpi["signal"]["trend"], (kpi["cells"]["actual"] or ["-"])[0],
            )  # fmt: skip
            cells += [json.dumps(str(value)) for value in values]
        lines.append(f"#table(columns: {len(heads)}, {', '.join(cells)})")
        for kpi in data["kpis"]:
            points = [p["actual"] for p in kpi["history"] if p["actual"] is not None][-24:]
            top, low = (max(points), min(points)) if points else (1, 0)
            path = ", ".join(
                f"({4 * i}pt, {20 - 20 * (v - low) / ((top - low) or 1):.1f}pt)" for i, v in enumerate(points)
            )
            if len(points) > 1:
                lines.append(f"#box(curve(stroke: 0.7pt, curve.move(({path.partition('), ')[0].strip('()')})), "
                             + ", ".join(f"curve.line({p if p.startswith('(') else '(' + p})"
                                         for p in path.split(", (")[1:]) + "))")  # fmt: skip
        lines += [f"#{json.dumps(r['text'])}\n" for r in data["readings"]]
    path = folder / "page.typ"
    path.write_text("\n".join(lines), "utf-8")
    return path


def missing() -> list[str]:
    """Return what could not be measured beside us, and why."""
    found = {"(b) Chromium": shutil.which("chromium") or shutil.which("google-chrome"),
             "(c) LibreOffice": shutil.which("soffice"),
             "(d) typst": version("typst") != "not installed"}  # fmt: skip
    return [f"{name} is not on this machine." for name, there in found.items() if not there]


def others(html: Path, folder: Path) -> list[tuple[str, list[str]]]:
    """Return the commands of what is installed beside us."""
    found = [("(a) WeasyPrint alone, same HTML", [sys.executable, "-c", FLOOR, str(html), str(folder / "floor.pdf")])]
    if chromium := shutil.which("chromium") or shutil.which("google-chrome"):
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
        found.append(
            (
                "(b) Chromium prints the same HTML",
                [chromium, *options, f"--print-to-pdf={folder / 'b.pdf'}", html.as_uri()],
            )
        )
    if office := shutil.which("soffice"):
        options = ["--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to", "pdf"]
        found.append(("(c) LibreOffice, the workbook", [office, *options, "--outdir", str(folder), str(WORKBOOK)]))
    if version("typst") != "not installed":
        source = str(typst_source(folder))
        found.append(("(d) typst, like content", [sys.executable, "-c", TYPST, source, str(folder / "typst.pdf")]))
    return found


def whole(html: Path, folder: Path) -> None:
    ours = process(kpireport("build", str(WORKBOOK), "--format", "pdf", "--no-state", "--out", str(folder / "ours")))
    rows: list[tuple[str, Cost]] = [("kpireport build, PDF", ours)]
    for kind in ("html", "html,pdf"):
        command = kpireport("build", str(WORKBOOK), "--format", kind, "--no-state", "--out", str(folder / "ours"))
        rows.append((f"kpireport build, {kind}", process(command)))
    rows += [(name, process(command)) for name, command in others(html, folder)]
    table(
        "group.xlsx to a report, whole processes",
        ("", "wall s", "CPU s", "CPU, ours = 1"),
        [(name, cost.wall, cost.cpu, cost.cpu / ours.cpu) for name, cost in rows],
    )
    print("".join(f"\n{line}\n" for line in missing()), end="")


def warmed(html: str, folder: Path, runs: int = 7) -> None:
    """Compare with the floor, one beside the other: each pair saw the same machine."""
    theme, _ = themes.find(None)
    assert theme is not None
    job = Job((WORKBOOK,), TODAY, formats=("pdf",), out=folder / "warm")

    def floor() -> None:
        import weasyprint

        page = weasyprint.HTML(string=html, base_url=pdf.BASE, url_fetcher=pdf.fetcher(pdf.ThemeFiles(theme)))
        page.write_pdf(pdf_variant=pdf.VARIANT, pdf_tags=True, pdf_identifier=b"1")

    pairs = [(cpu(lambda: pipeline.build(job)), cpu(floor)) for _ in range(runs + 1)][1:]
    ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    table(
        f"The same in a warm process, per report ({runs} pairs, medians)",
        ("", "CPU s", "ratio"),
        [("kpireport, workbook to PDF on disk", ours, ratio), ("floor: WeasyPrint alone", least, 1.0)],
    )


def cpu(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def stages(html: str) -> None:
    """Print where the time of one report goes, by stage, in a warm process."""
    theme, _ = themes.find(None)
    assert theme is not None
    words = themes.words(theme, "en")["sentences"]
    taken: dict[str, float] = {}
    for _ in range(2):  # the second is warm
        clock = time.process_time()

        def lap(stage: str) -> None:
            nonlocal clock
            now = time.process_time()
            taken[stage], clock = now - clock, now

        def drawn(document: object, file: object) -> None:
            lap("draw")
            pdf_archive.finish(document, file)

        workbook, _ = excel.read(WORKBOOK)
        lap("read")
        book, _ = assembly.book([workbook], today=TODAY)  # type: ignore[list-item]
        lap("parse")
        assert book is not None
        card, told = evaluate(book, period=None, today=book.settings.as_of or TODAY)
        lap("evaluate")
        assert card is not None
        card = outlook(card)
        lap("signals and landings")
        report = compose(card, told, words, language=languages.load("en"), issued=TODAY, version=__version__)
        lap("compose")
        html, _ = themes.fill(report, theme, "paper")
        lap("fill")
        document = pdf.laid_out(html, pdf.ThemeFiles(theme))
        lap("lay out (styles, boxes, pages)")
        document.write_pdf(pdf_variant=pdf.VARIANT, pdf_tags=True, finisher=drawn)
        lap("write")
    total = sum(taken.values())
    rows = [(stage, 1000 * seconds, f"{seconds / total:.0%}") for stage, seconds in taken.items()]
    table("Where the time of one PDF goes", ("stage", "CPU ms", "share"), [*rows, ("total", 1000 * total, "100%")])


def main() -> None:
    prepare()  # as a worker of ours does
    html = page()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole(written(html, folder), folder)
        warmed(html, folder)
        stages(html)


if __name__ == "__main__":
    main()
