"""Workbooks with a password, and workbooks in other formats: read in a process of its own, or refused with a reason."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.cli import main
from kpireport.core.catalogue import files, marking, reading
from kpireport.core.diagnostics import Where
from kpireport.core.workbook import Cell, Visibility
from kpireport.excel import aside, other, protected
from kpireport.excel.limits import LIMITS, Limits
from kpireport.excel.read import read, read_bytes
from tests.workbooks import save

PASSWORD = "pä ss'\"%1"
WHERE = Where("book.xlsx")
GOALS = "KPI | Target | Unit | Direction | Owner\nRevenue | 1200 | EUR k | higher | Ana"
METRICS = "KPI | 2026-01 | 2026-02\nRevenue | 95 | 101"


def locked(tmp_path: Path, password: str = PASSWORD) -> Path:
    path = save(tmp_path / "book.xlsx", Goals=GOALS, Metrics=METRICS)
    made = protected.closed(path.read_bytes(), password)
    assert made is not None
    path.write_bytes(made)
    return path


def test_the_right_password_opens_and_the_digest_is_the_files_own(tmp_path: Path) -> None:
    path = locked(tmp_path)
    book, told = read(path, password=PASSWORD)
    assert told == ()
    assert book is not None
    assert [sheet.name for sheet in book.sheets] == ["Goals", "Metrics"]
    plain, _ = read(save(tmp_path / "plain.xlsx", Goals=GOALS, Metrics=METRICS))
    assert plain is not None
    assert plain.sha256 != book.sha256


@pytest.mark.parametrize(
    ("password", "kind"),
    [
        pytest.param(None, files.PASSWORD_PROTECTED, id="none is given"),
        pytest.param("wrong", files.PASSWORD_WRONG, id="a wrong one"),
        pytest.param("", files.PASSWORD_PROTECTED, id="an empty one"),
        pytest.param(PASSWORD.upper(), files.PASSWORD_WRONG, id="large letters"),
    ],
)
def test_another_password_is_refused(password: str | None, kind: object, tmp_path: Path) -> None:
    book, told = read(locked(tmp_path), password=password)
    assert book is None
    assert [d.kind for d in told] == [kind]


def test_a_password_is_not_asked_of_an_open_workbook(tmp_path: Path) -> None:
    book, told = read(save(tmp_path / "book.xlsx", Goals=GOALS), password="x")
    assert book is not None
    assert told == ()


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = locked(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert [d.kind for d in read(path, password=PASSWORD)[1]] == [files.PASSWORD_TOOL]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param(b'="100000"', b'="123456"', files.PASSWORD_WRONG, id="other rounds, so another key"),
        pytest.param(b'="100000"', b'="9999999"', files.PASSWORD_ROUNDS, id="too many rounds"),
        pytest.param(b"<keyData", b"<!DOCTYP", files.PASSWORD_DAMAGED, id="damaged XML"),
    ],
)
def test_a_container_made_to_overload_is_refused(before: bytes, after: bytes, kind: object, tmp_path: Path) -> None:
    path = locked(tmp_path)
    data = path.read_bytes()
    assert before in data
    told = protected.opened(data.replace(before, after), PASSWORD, WHERE, LIMITS)
    assert not isinstance(told, bytes)
    assert told.kind is kind


def test_what_comes_out_is_held_to_the_limits(tmp_path: Path) -> None:
    data = locked(tmp_path).read_bytes()
    told = protected.opened(data, PASSWORD, WHERE, Limits(file=1000))
    assert not isinstance(told, bytes)
    assert told.kind is files.FILE_TOO_LARGE
    book, problems = read_bytes(data, "book.xlsx", password=PASSWORD, limits=Limits(cells=3))
    assert book is None
    assert [d.kind for d in problems] == [reading.TOO_MANY_CELLS]


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["build", "--format", "html", "--no-state"], ["explain"]],
    ids=lambda arguments: arguments[0],
)
def test_every_command_takes_the_name_of_the_variable(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = locked(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KPI_PASSWORD", PASSWORD)
    command, *more = arguments
    last = ["Revenue"] if command == "explain" else []
    run = CliRunner().invoke(main, [command, *more, "--password-env", "KPI_PASSWORD", str(path), *last])
    assert run.exit_code == 0, run.output
    assert PASSWORD not in run.output
    run = CliRunner().invoke(main, [command, *more, "--password-env", "KPI_OTHER", str(path), *last])
    assert run.exit_code == 2
    assert "KPI_OTHER" in run.output


def test_the_password_is_not_shown_with_the_job(tmp_path: Path) -> None:
    job = pipeline.Job((tmp_path,), date(2026, 1, 1), password=PASSWORD)
    assert PASSWORD not in repr(job)


def test_the_marked_copy_has_the_same_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = locked(tmp_path)
    monkeypatch.setenv("KPI_PASSWORD", PASSWORD)
    args = ["check", str(path), "--annotate", "--out", str(tmp_path), "--password-env", "KPI_PASSWORD"]
    assert CliRunner().invoke(main, args).exit_code == 0
    copy = tmp_path / "book.checked.xlsx"
    assert [d.kind for d in read(copy)[1]] == [files.PASSWORD_PROTECTED]
    book, _ = read(copy, password=PASSWORD)
    assert book is not None
    assert book.sheets[0].name == "kpireport check"


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>{sheets}'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods(rows: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(sheets=f'<table:table table:name="Data">{rows}</table:table>'))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def cell(kind: str, value: str, text: str = "x") -> str:
    name = {"date": "date-value", "string": "string-value", "boolean": "boolean-value"}.get(kind, "value")
    begin = f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
    return f"{begin}<text:p>{text}</text:p></table:table-cell>"


NOTHING = "<table:table-cell/>"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_a_workbook_of_another_kind_is_read_with_its_addresses_and_a_warning() -> None:
    data = ods(row(NOTHING) + row(NOTHING, NOTHING, cell("string", "KPI", "KPI"), cell("float", "2.5"))
               + row(NOTHING, NOTHING, NOTHING, cell("percentage", "0.12"), cell("date", "2026-01-31")))  # fmt: skip
    book, told = read_bytes(data, "book.ods")
    assert [d.kind for d in told] == [files.OTHER_FORMAT]
    assert book is not None
    (sheet,) = book.sheets
    assert (sheet.name, sheet.visibility) == ("Data", Visibility.VISIBLE)
    assert list(sheet.cells()) == [
        Cell(2, 3, "KPI"), Cell(2, 4, 2.5), Cell(3, 4, 0.12),
        Cell(3, 5, datetime.fromisoformat("2026-01-31"), "yyyy-mm-dd"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        pytest.param(Limits(cells=1), reading.TOO_MANY_CELLS, id="cells"),
        pytest.param(Limits(characters=2), reading.TOO_MUCH_TEXT, id="text"),
        pytest.param(Limits(sheets=0), reading.TOO_MANY_SHEETS, id="sheets"),
    ],
)
def test_the_bounds_hold_for_other_kinds_too(limits: Limits, kind: object) -> None:
    data = ods(row(cell("string", "abc", "abc"), cell("float", "1")))
    book, told = read_bytes(data, "book.ods", limits=limits)
    assert book is None
    assert [d.kind for d in told] == [kind]


def test_without_the_extra_another_kind_is_refused_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other, "installed", lambda: False)
    assert [d.kind for d in read_bytes(ods(row(NOTHING)), "book.ods")[1]] == [files.OPEN_DOCUMENT]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, id="nothing behind the first bytes"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000, id="garbage"),
    ],
)
def test_a_damaged_workbook_of_another_kind_is_refused(data: bytes) -> None:
    book, told = read_bytes(data, "book.xls")
    assert book is None
    assert [d.kind for d in told] == [files.OTHER_FORMAT_FAILED]


def test_a_workbook_of_another_kind_cannot_be_marked(tmp_path: Path) -> None:
    (tmp_path / "book.ods").write_bytes(ods(row(cell("string", "KPI", "KPI"))))
    run = CliRunner().invoke(main, ["check", str(tmp_path / "book.ods"), "--annotate", "--out", str(tmp_path)])
    assert marking.MARKING_NEEDS_XLSX.code in run.output
    assert [path.name for path in tmp_path.iterdir()] == ["book.ods"]


def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "WALL", 0.001)
    with pytest.raises(aside.Failed, match="time"):
        aside.run("cells", b"", limits={})


def test_what_a_foreign_parser_says_is_never_passed_on() -> None:
    with pytest.raises(aside.Failed, match=r"^damaged$"):
        aside.run("cells", b"no workbook \x1b[31m", limits={"cells": 1, "sheets": 1, "characters": 1})
