"""What a letter is known by among others: subject and attachments say report and period; notes, greeting, preview."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kpireport import pipeline
from kpireport.cli import main
from kpireport.deliver.outbox import Outbox
from kpireport.pipeline import Job
from tests.mailing import parsed
from tests.test_ledgers_agree import GOALS, METRICS, PEOPLE, Morning
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.core.dispatch import Product

TODAY = date(2026, 11, 9)
ABROAD = "Name | Email | Scope\nA | a@example.com | all\nB | b@elsewhere.example | all"
PLANNED = '[[report]]\nname = "a"\nmatch = "a.xlsx"\nnote = "As agreed."'
FIGURES = METRICS.format(first=90, staff=10)


def produced(folder: Path, name: str, settings: str = "") -> Product:
    sheets = {"Goals": GOALS, "Metrics": FIGURES, "Recipients": PEOPLE}
    if settings:
        sheets["Settings"] = f"Setting | Value\n{settings}"
    return pipeline.produce(Job((save(folder / name, **sheets),), TODAY, formats=("html",)))


def test_two_reports_of_one_organisation_have_subjects_and_files_of_their_own(tmp_path: Path) -> None:
    """D2_two_reports_same_subject."""
    made = [
        produced(tmp_path, f"{name}.xlsx", f"organisation | Acme\nreport_name | {name}")
        for name in ("Finance", "Operations")
    ]
    subjects = [edition.letter.subject for product in made for edition in product.editions]
    assert [subject.partition(":")[0] for subject in subjects] == [
        "Acme, Finance, October 2026", "Acme, Finance, Office, October 2026",
        "Acme, Operations, October 2026", "Acme, Operations, Office, October 2026",
    ]  # fmt: skip
    assert [name for product in made for edition in product.editions for name in edition.files] == [
        "Acme Finance-2026-10.html", "Acme Finance-Office-2026-10.html",
        "Acme Operations-2026-10.html", "Acme Operations-Office-2026-10.html",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "attached"), [("Ops.xlsx", "Ops-2026-10.html"), ("Ops 2026-10.xlsx", "Ops 2026-10.html")]
)
def test_a_period_stands_once_in_the_name_of_an_attachment(tmp_path: Path, name: str, attached: str) -> None:
    assert list(produced(tmp_path, name).editions[0].files) == [attached]


def test_published_files_keep_their_names(tmp_path: Path) -> None:
    assert list(produced(tmp_path, "ops.xlsx", "organisation | Acme").files) == ["ops.html"]


@pytest.mark.parametrize(
    ("settings", "asked", "expected"),
    [
        pytest.param("", "Read page 2 first.", "Read page 2 first.", id="of the run"),
        pytest.param(PLANNED, "", "As agreed.", id="of the report"),
        pytest.param(PLANNED, "Today.", "Today.", id="the run's wins"),
    ],
)
def test_a_covering_note_stands_above_the_letter(tmp_path: Path, settings: str, asked: str, expected: str) -> None:
    morning = Morning(tmp_path)
    path = tmp_path / "kpireport.toml"
    path.write_text(path.read_text("utf-8") + settings, "utf-8")
    morning.drop()
    morning.note = asked
    morning.run()
    with closing(Outbox(morning.state / "outbox.db")) as ledger:
        entry = ledger.get(morning.letters()[0].key, whole=True)
    assert entry is not None
    body = parsed(entry.eml).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").startswith(f"Dear Anna,\n\n{expected}\n\n")


@pytest.mark.parametrize("settings", ["", '[inbox]\npath = "inbox"\n'], ids=["no settings", "settings without mail"])
def test_letters_are_seen_before_mail_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "ops.xlsx", Goals=GOALS, Metrics=FIGURES, Recipients=PEOPLE)
    if settings:
        (tmp_path / "kpireport.toml").write_text(settings, "utf-8")
    done = CliRunner().invoke(main, ["mail", "preview", "ops.xlsx", "--today", "2026-11-09", "--note", "See page 2."])
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "mail-preview").glob("*.eml"))) == 2
    assert "See page 2." in next((tmp_path / "mail-preview").glob("anna*.html")).read_text("utf-8")


@pytest.mark.parametrize(
    ("people", "subject"),
    [
        ("Name | Email | Scope\nA | a@example.com | all\nB | b@example.com | all", "kpireport: 1 done, 0 failed"),
        (
            f"{ABROAD}\nC | c@example.com | department=Nowhere",
            "kpireport: 1 done, 0 failed; 2 of 3 people got nothing",
        ),
    ],
)
def test_the_summary_s_subject_says_how_many_people_got_nothing(tmp_path: Path, people: str, subject: str) -> None:
    """ "1 done, 0 failed" where five of eight people got nothing."""
    morning = Morning(tmp_path)
    morning.people = people.replace("\n", " | HTML\n") + " | HTML"
    morning.people = morning.people.replace("Scope | HTML", "Scope | Format")
    morning.drop()
    morning.run()
    with closing(Outbox(morning.state / "outbox.db")) as ledger:
        subjects = [entry.subject for entry in ledger.entries() if entry.kind == "notice"]
    assert subjects == [subject]
