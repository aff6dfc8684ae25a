"""A workbook that tries to send someone else's numbers, or to write to whom it may not."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from openpyxl import load_workbook

from kpireport import pipeline
from kpireport.core.dispatch import Audience
from tests.mailing import Box, Mailer, parsed, post, recipient, settings
from tests.mailing import product as drawn
from tests.saying import said
from tests.test_deliver_walk import TODAY, job, workbook
from tests.workbooks import save

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from kpireport.core.dispatch import Product

PEOPLE = """
Name | Email | Scope | Format | When | Active | Active to
Li | li@example.com | {scope} | HTML | always | {active} | {until}
Boss | boss@example.com | all | HTML | always | yes |
"""


def made(folder: Path, rows: str, **more: Any) -> Product:
    return pipeline.produce(job(workbook(folder, Recipients=rows), **more))


def told(product: Product) -> set[str]:
    return {d.name for d in product.diagnostics if d.code[0] in "AD"}


# ---- rows that are not wholly understood give nobody anything


@pytest.mark.parametrize(
    ("row", "name"),
    [
        pytest.param({"scope": ""}, "RECIPIENT_UNSURE", id="no part, where others have one"),
        pytest.param({"scope": "#N/A"}, "RECIPIENT_UNSURE", id="a lookup of the part that failed"),
        pytest.param({"scope": '="department=" & Z1'}, "RECIPIENT_UNSURE", id="a formula whose result was not saved"),
        pytest.param({"scope": "department="}, "RECIPIENT_SCOPE_UNKNOWN", id="a department without a name"),
        pytest.param({"scope": "department=*"}, "RECIPIENT_SCOPE_UNKNOWN", id="a pattern for every department"),
        pytest.param({"scope": "department=%"}, "RECIPIENT_SCOPE_UNKNOWN", id="a pattern of databases"),
        pytest.param({"scope": "department=Sales' OR 1=1"}, "RECIPIENT_SCOPE_UNKNOWN", id="a piece of SQL"),
        pytest.param({"scope": "deportment=Sales"}, "RECIPIENT_SCOPE_UNKNOWN", id="a field that does not exist"),
        pytest.param({"scope": "department=Ѕales"}, "RECIPIENT_SCOPE_UNKNOWN", id="a look-alike letter in the name"),
        pytest.param({"active": "#REF!"}, "RECIPIENT_UNSURE", id="whether she is active cannot be read"),
        pytest.param({"active": "has left"}, "RECIPIENT_UNSURE", id="a word that is neither yes nor no"),
        pytest.param({"until": "#N/A"}, "RECIPIENT_UNSURE", id="a last day that failed is not for ever"),
    ],
)
def test_a_row_that_is_not_understood_gives_nobody_everything(tmp_path: Path, row: dict[str, str], name: str) -> None:
    cells = {"scope": "department=Sales", "active": "yes", "until": ""} | row
    product = made(tmp_path, PEOPLE.format(**cells))
    assert name in told(product)
    assert not product.failed
    one = post(tmp_path, settings(1))
    queued = one.put(product, today=TODAY)
    assert [entry.recipient for entry in one.ledger().entries()] == ["boss@example.com"]
    assert len(queued.keys) == 1
    one.close()


@pytest.mark.parametrize("title", ["Scpe", "Bereich", "Department"])
def test_a_part_under_a_title_we_do_not_know_is_not_taken_for_everything(tmp_path: Path, title: str) -> None:
    rows = f"Name | Email | {title}\nLi | li@example.com | department=Sales"
    product = made(tmp_path, rows)
    assert (product.recipients, told(product)) == ((), {"PART_COLUMN_UNKNOWN"})


def test_a_sheet_without_parts_is_a_list_for_the_whole_report(tmp_path: Path) -> None:
    product = made(tmp_path, "Name | Email\nLi | li@example.com")
    assert [(one.address, one.scope) for one in product.recipients] == [("li@example.com", "all")]


# ---- several workbooks in one report


def test_a_workbook_that_joins_a_report_cannot_give_away_the_figures_of_the_others(tmp_path: Path) -> None:
    first = workbook(tmp_path, Recipients="Name | Email | Scope\nBoss | boss@example.com | all")
    rows = "Name | Email | Scope\nEve | eve@example.com | all"
    goals, figures = "KPI | Target | Unit\nSick days | 4 | days", "KPI | 2026-09 | 2026-10\nSick days | 3 | 5"
    second = save(tmp_path / "more.xlsx", Goals=goals, Metrics=figures, Recipients=rows)
    product = pipeline.produce(pipeline.Job((first, second), TODAY, formats=("html",)))
    assert [one.address for one in product.recipients] == ["boss@example.com"]
    assert "NOT_FIRST" in told(product)
    assert [edition.audience.scope for edition in product.editions] == [""]


def test_a_workbook_with_the_name_of_the_first_is_not_taken_for_it(tmp_path: Path) -> None:
    rows = "Name | Email | Scope\n{0} | {0}@example.com | all"
    first = workbook(tmp_path / "a", Recipients=rows.format("boss"))
    second = workbook(tmp_path / "b", Recipients=rows.format("eve"))
    product = pipeline.produce(pipeline.Job((first, second), TODAY, formats=("html",)))
    assert product.recipients == ()


# ---- nothing of others, in any piece of a part

SECRETS = ("Zebrafund", "Quagga", "Okapi", "987654", "876543", "765432", "654321", "Ibex", "Wildebeest", "Numbat")
SECRET_BOOK = {
    "Goals": """
KPI | Target | Unit | Department | Owner | Parent | Meaning | Formula
Income | 95 | EUR | Sales | Li | Group score | What we earn |
Zebrafund | 987654 | EUR | Treasury | Quagga | Group score | Okapi money | Numbat / 2
Group score | | | | Boss | | |
""",
    "Metrics": """
KPI | 2026-08 | 2026-09 | 2026-10
Income | 93 | 92 | 91
Zebrafund | 876543 | 765432 | 654321
""",
    "Plan": """
KPI | Obstacle | Action | Owner | Due | Status
Income | Prices | Talk to buyers | Li | '2026-12-01 | open
Zebrafund | Ibex fees | Sell the Wildebeest | Quagga | '2026-12-01 | open
""",
    "Notes": """
KPI | Period | Note
Zebrafund | 2026-10 | Okapi said so
""",
    "Recipients": """
Name | Email | Scope | Format | When
Li | li@example.com | department=Sales | both | always
Quagga | quagga@example.com | department=Treasury | both | always
Boss | boss@example.com | all | both | always
""",
}


def texts(name: str, content: bytes) -> str:
    """Return all that can be read in a file, in whatever layer of it."""
    if name.endswith(".pdf"):
        with pikepdf.open(io.BytesIO(content)) as document:
            attached = "".join(texts(key, file.get_file().read_bytes()) for key, file in document.attachments.items())
            info = str(document.docinfo) + str(document.open_metadata())
            outline = " ".join(str(item.title) for item in document.open_outline().root)
        shown = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True, timeout=60)
        return shown.stdout.decode() + attached + info + outline
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            raw = "".join(parts.read(one).decode("utf-8", "replace") for one in parts.namelist())
        sheets = load_workbook(io.BytesIO(content)).worksheets
        return raw + " ".join(str(c.value) for sheet in sheets for row in sheet.iter_rows() for c in row)
    return content.decode("utf-8", "replace")


def pieces(message: EmailMessage) -> dict[str, str]:
    """Return all texts of a message: headers, both bodies, and every file in all its layers."""
    found = {"headers": "\n".join(f"{name}: {value}" for name, value in message.items())}
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and not part.get_content_type().startswith("image/"):
            found[part.get_filename() or part.get_content_type()] = texts(part.get_filename() or "", content)
    return found


def test_no_piece_of_a_part_holds_anything_of_others(tmp_path: Path) -> None:
    path = save(tmp_path / "group.xlsx", **SECRET_BOOK, Settings="Setting | Value\norganisation | Group")
    audiences = [Audience("department=Sales", "", ("pdf", "html", "xlsx", "json")), Audience("", "", ("pdf", "html"))]
    product = pipeline.produce(job(path, formats=("html",)))
    box = Box()
    with Mailer(box) as server:
        one = post(tmp_path, settings(server.port))
        one.put(replace(product, waiting=()), today=TODAY)  # a person has confirmed how it is read
        one.send()
        one.close()
    by_person = {to: pieces(parsed(content)) for _, to, content in box.got}
    assert set(by_person) == {"li@example.com", "quagga@example.com", "boss@example.com"}
    hers = by_person["li@example.com"]
    assert len(hers) == 5  # headers, text, page, HTML file, PDF
    for piece, text in hers.items():
        plain = re.sub(r"[,.\s\u00a0\u202f]", "", text)
        assert [word for word in SECRETS if word in text or word in plain] == [], piece
    assert all(any("Zebrafund" in text for text in by_person[who].values()) for who in by_person if who[0] in "qb")
    edition = pipeline.produce(job(path, formats=("html",)), audiences).editions[0]
    for name, content in edition.files.items():
        plain = re.sub(r"[,.\s]", "", texts(name, content))
        assert [word for word in SECRETS if word in texts(name, content) or word in plain] == [], name


# ---- the letter itself has a seal


def test_a_letter_of_another_part_under_ones_own_headers_is_held(tmp_path: Path) -> None:
    box = Box()
    with Mailer(box) as server:
        one = post(tmp_path, settings(server.port))
        one.put(
            drawn(recipient("li@example.com", "department=Sales"), recipient("li@example.com"), files={}), today=TODAY
        )
        one.close()
        with sqlite3.connect(tmp_path / "state" / "outbox.db") as db:
            whole, part = (
                db.execute("SELECT eml FROM message WHERE scope=?", (scope,)).fetchone()[0]
                for scope in ("", "department=sales")
            )
            head, _, _ = part.partition(b"\r\n\r\n")
            ids = {scope: re.search(rb"_([0-9a-f]{32})_", eml).group(1) for scope, eml in ((0, whole), (1, part))}  # type: ignore[union-attr]
            body = whole.partition(b"\r\n\r\n")[2].replace(ids[0], ids[1])
            mixed = head + b"\r\n\r\n" + body
            db.execute(
                "UPDATE message SET eml=?, eml_sha256=? WHERE scope='department=sales'",
                (mixed, hashlib.sha256(mixed).hexdigest()),
            )
        db.close()
        one = post(tmp_path, settings(server.port))
        done = one.send()
        one.close()
    assert [d.name for d in done.diagnostics] == ["SEAL_BROKEN"]
    assert (len(done.held), len(box.to)) == (1, 1)
    assert b"department=Sales" not in box.got[0][2]


# ---- text of a workbook in headers, names of files and the envelope

HOSTILE = {
    "Goals": [
        ["KPI", "Target", "Unit", "Department", "Owner"],
        ["Income\r\nBcc: eve@example.com", 95, "EUR", "../../Sales\r\nTo: eve@example.com", "Li"],
        ["A =?utf-8?q?x?= <script>[[files]]", 95, "EUR", "Service", "Wang"],
    ],
    "Metrics": [
        ["KPI", "2026-09", "2026-10"],
        ["Income\r\nBcc: eve@example.com", 93, 91],
        ["A =?utf-8?q?x?= <script>[[files]]", 93, 91],
    ],
    "Recipients": [
        ["Name", "Email", "Scope", "Format"],
        ["Boss, <eve@example.com>\r\nBcc: eve@example.com", "boss@example.com", "all", "HTML"],
        ['Li" <eve@example.com>, "', "li@example.com", "owner=Li", "HTML"],
        ["Wang", "wang@example.com\r\nRCPT TO:<eve@example.com>", "all", "HTML"],
        ["Zoe", "zoe@exаmple.com", "all", "HTML"],
    ],
    "Settings": [
        ["Setting", "Value"],
        ["organisation", "Group\r\nBcc: eve@example.com\r\n\r\nbody"],
        ["allowed_domains", "elsewhere.org"],
        ["max_messages_per_run", 9999],
        ["transport", "dir"],
    ],
}


class Tags(HTMLParser):
    """The names of all elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.names.add(tag)


def test_no_text_of_a_workbook_becomes_a_header_a_recipient_or_a_path(tmp_path: Path) -> None:
    product = pipeline.produce(job(save(tmp_path / "group.xlsx", **HOSTILE)))
    assert not product.failed, product.diagnostics
    box = Box()
    with Mailer(box) as server:
        one = post(tmp_path, settings(server.port))
        one.put(replace(product, waiting=()), today=TODAY)  # a person has confirmed how it is read
        one.send()
        one.close()
    assert sorted(box.to) == ["boss@example.com", "li@example.com"]
    for sender, to, content in box.got:
        message = parsed(content)
        assert sender == "kpi@example.com"
        assert [a.addr_spec for a in message["To"].addresses] == [to]
        assert message["Bcc"] is message["Cc"] is None
        assert len(message.get_all("To")) == len(message.get_all("Subject")) == 1
        names = [part.get_filename() for part in message.iter_attachments()]
        assert all("/" not in name and "\\" not in name and ".." not in name for name in names)
        page = message.get_body(("html",)).get_content()
        found = Tags()
        found.feed(page)
        assert not found.names & {"script", "iframe", "object", "form"}
    shown = " ".join(said(d.problem) for d in product.diagnostics if d.code[0] in "AD")
    assert "eve@" not in shown
