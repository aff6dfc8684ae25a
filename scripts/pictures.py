"""Make the pictures of the README from the sample workbook and its report: small PNGs beside this file.

Needs LibreOffice (soffice) and poppler (pdftoppm).
"""

from __future__ import annotations

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops

from kpireport import pipeline
from kpireport.pipeline import Job

HERE = Path(__file__).parent / "pictures"
WORKBOOK = Path(__file__).parents[1] / "sample_workbooks" / "group.xlsx"
TODAY = date(2026, 11, 9)
WIDE = 760  # pixels
GAP = 24
COLOURS = 256
AREAS = {"Goals": "A1:M12", "Metrics": "A1:M12"}


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=180)


def workbook(folder: Path) -> Image.Image:
    """Return the left part of the goals and of the figures, as LibreOffice shows them, on one page each."""
    book = load_workbook(WORKBOOK)
    for sheet in book:
        if sheet.title not in AREAS:
            sheet.sheet_state = "hidden"
            continue
        sheet.print_area = AREAS[sheet.title]
        sheet.page_setup.orientation = "landscape"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToHeight = 1
    book.save(folder / "group.xlsx")
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    run("soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "group.xlsx")
    run("pdftoppm", "-r", "110", "-png", "-l", "2", folder / "group.pdf", folder / "sheet")
    sheets = [_cut(Image.open(path).convert("RGB")) for path in sorted(folder.glob("sheet-*.png"))]
    wide = max(sheet.width for sheet in sheets)
    both = Image.new("RGB", (wide, sum(sheet.height for sheet in sheets) + GAP), "white")
    both.paste(sheets[0], (0, 0))
    both.paste(sheets[-1], (0, sheets[0].height + GAP))
    return both


def _cut(picture: Image.Image) -> Image.Image:
    return picture.crop(ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox())


def report(folder: Path) -> Image.Image:
    """Return the first page of the report."""
    assert not pipeline.build(Job((WORKBOOK,), TODAY, formats=("pdf",), out=folder / "out")).failed
    pdf = folder / "out" / "group.pdf"
    run("pdftoppm", "-r", "120", "-png", "-f", "1", "-l", "1", "-singlefile", pdf, folder / "page")
    return Image.open(folder / "page.png").convert("RGB")


def save(picture: Image.Image, name: str) -> None:
    height = round(picture.height * WIDE / picture.width)
    small = picture.resize((WIDE, height), Image.Resampling.LANCZOS)
    HERE.mkdir(exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / name, optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save(workbook(folder), "workbook.png")
        save(report(folder), "report.png")


if __name__ == "__main__":
    main()
