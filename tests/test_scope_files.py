"""The files of one reader's part: whatever is unpacked, no number of others is in them."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from kpireport import pipeline
from kpireport.pipeline import Job
from tests.saying import said
from tests.workbooks import save

TODAY = date(2026, 7, 9)
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][:18]
FORMATS = ("html", "pdf", "json", "xlsx")
OWNERS = {"North": "Nora", "South": "Sven"}


def numbers(place: int) -> list[int]:
    """Return the months of one KPI: numbers of four digits that no other KPI has."""
    return [1013 + 311 * place + 7 * at + (at % 5) for at in range(len(MONTHS))]


def goals() -> list[list[object]]:
    titles = "KPI|Unit|Monthly target|Direction|Aggregation|Department|Owner|Parent|Weight|Type|Red line|Why"
    rows: list[list[object]] = [[*titles.split("|")]]
    rows.append(["Company", "calls", 4001, "higher", "sum", None, "Zoe", None, None, "KPI", 3903, "It must be 4001"])
    for place, (area, owner) in enumerate(OWNERS.items()):
        more = 9 if area == "South" else 5
        aim = 2 * numbers(3 * place)[0] + 1
        rows += [
            [f"Sales {area}", "calls", aim, "higher", "sum", area, owner, "Company", 60 + more, "KPI", aim - 401, None],
            [f"Visits {area}", "calls", aim + 67, "lower", "sum", area, owner, "Company", 30 + more, "KPI", None, None],
            [f"Doors {area}", "calls", None, "higher", "sum", area, owner, f"Sales {area}", None, "metric", None, None],
        ]
    return rows


def metrics() -> list[list[object]]:
    names = [str(row[0]) for row in goals()[1:]]
    own = [f"{name} {area}" for area in OWNERS for name in ("Sales", "Visits", "Doors")]
    rows: list[list[object]] = [["KPI", *MONTHS]]
    rows += [[name, *numbers(own.index(name))] for name in own]
    assert set(own) < set(names)
    return [*rows, ["Company", *[8017 + 3 * at for at in range(len(MONTHS))]]]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm of two departments, in which every number is somebody's."""
    return save(
        tmp_path_factory.mktemp("scope") / "firm.xlsx",
        Goals=goals(),
        Metrics=metrics(),
        Plan="""ID | KPI | Type | Action | Owner | Start | Due | Budget | Spent | Status
            1 | Sales North | initiative | Call 7333 doors | Nora | '2026-01-01 | '2026-12-31 | 7331 | 7121 | open
            2 | Sales South | initiative | Call 9337 doors | Sven | '2026-01-01 | '2026-12-31 | 9341 | 9127 | open
            3 | Visits South | task | Ask 9413 people | Sven | '2026-01-01 | '2026-03-31 | 9419 | 9421 | open
            4 | | task | Move for 9431 | Zoe | '2026-01-01 | '2026-03-31 | 9433 | 9437 | open""",
        Notes="""Period | KPI | Type | Text
            '2026-06 | Sales South | cause | The South lost 9511 calls
            '2026-06 | | headline | We all made 9521 calls
            '2026-06 | Sales North | cause | The North lost 7517 calls""",
        Revisions="""Date | KPI | Field | Effective from | Old | New | Reason
            '2026-01-02 | Visits South | target | '2026-03 | 9601 | 9613 | Because of 9619
            '2026-01-02 | Visits North | target | '2026-03 | 7603 | 7607 | Because of 7621""",
        Triggers="""KPI | Condition | For n periods | Action | Notify
            Sales South | < 9719 | 1 | Ring 9721 | Sven
            Sales North | < 7703 | 1 | Ring 7717 | Nora""",
        Settings="Setting | Value\norganisation | Firm\nreport_period | '2026-06",
    )


def figures_of(area: str) -> set[int]:
    """Return the numbers that belong to a department, as typed."""
    names = [row for row in [*goals(), *metrics()] if str(row[0]).endswith(area)]
    found = {value for row in names for value in row if isinstance(value, int) and value > 999}
    texts = {"South": "9337 9341 9127 9413 9419 9421 9511 9601 9613 9619 9719 9721", "North": "7333 7331 7121 7517"}
    return found | {int(text) for text in texts[area].split()}


CONTEXT = {4001, 8017 + 3 * 17}  # what was typed for the goal above: its target and this month's figure
WHOLE = {3903, 9431, 9433, 9437, 9521, *[8017 + 3 * at for at in range(len(MONTHS) - 1)]}


def contents(folder: Path) -> dict[str, str]:
    """Return all text in all files of a folder: pages, PDF texts, archives, and whatever is attached to a PDF."""
    found: dict[str, str] = {}
    for path in folder.iterdir():
        content = path.read_bytes()
        if path.suffix == ".pdf":
            done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, timeout=60)
            found[path.name] = done.stdout.decode()
            with pikepdf.open(path) as document:
                assert list(document.attachments) == []
                dictionaries = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
                texts = [str(v) for each in dictionaries for v in each.values() if isinstance(v, pikepdf.String)]
                found[f"{path.name} texts"] = " ".join(texts)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found[path.name] = " ".join(
                    archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
                )
        else:
            found[path.name] = content.decode("utf-8")
    return found


def shown(text: str) -> set[int]:
    """Return the numbers of four digits in a text, with and without a sign between the thousands."""
    return {
        int(float(part.replace(",", ""))) for part in re.findall(r"(?<![\d.,#])\d,?\d{3}(?:\.0)?(?!\d|,\d|\.\d)", text)
    }


def build(workbook: Path, out: Path, scope: str = "") -> dict[str, str]:
    job = Job((workbook,), TODAY, formats=FORMATS, out=out, scope=scope or None)
    outcome = pipeline.build(job)
    assert not outcome.failed, [said(d.problem, "en") for d in outcome.diagnostics]
    return contents(out)


@pytest.mark.parametrize(
    "scope", ["department=North", "owner=Nora", "kpi=Sales North; Visits North", "Sales North, Visits North"]
)
def test_no_number_of_others_is_in_any_file(workbook: Path, scope: str, tmp_path: Path) -> None:
    others = figures_of("South") | WHOLE
    others -= figures_of("North")
    made = build(workbook, tmp_path, scope)
    assert shown(made["firm.json"]) >= CONTEXT
    for name, text in made.items():
        assert not others & shown(text), (name, sorted(others & shown(text)))
        assert "Sven" not in text, name
    assert len(list(tmp_path.iterdir())) >= len(FORMATS)


def test_the_whole_report_does_show_them(workbook: Path, tmp_path: Path) -> None:
    job = Job((workbook,), TODAY, formats=("html", "json"), out=tmp_path)
    assert not pipeline.build(job).failed
    told = contents(tmp_path)
    page = next(text for name, text in told.items() if name.endswith(".html"))
    data = next(text for name, text in told.items() if name.endswith(".json"))
    last = {numbers(at)[17] for at in range(6)} | {8017 + 3 * 17}
    assert last <= shown(page)
    assert figures_of("South") & shown(data) > last & figures_of("South")
