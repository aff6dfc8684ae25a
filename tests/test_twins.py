"""The same report under another name is recognised or asked about, and never sent as another."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

import pytest

from kpireport.core.twins import perhaps_of, plain_stem, twin_key
from tests.batching import CLOCK, GOALS, METRICS, Desk, new, outcomes
from tests.workbooks import save

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.batch.summary import Summary

COPIES = [
    "Ops", "OPS", "Ops (1)", "Ops(2)", "Ops （1）", "Ops - Copy", "Ops - Copy (3)", "Ops copy", "Ops copy 2",
    "Copy of Ops", "Copy of Copy of Ops", "Copy of Ops (2)", "Ops (conflicted copy 2026-01-02)",
    "Ops (Anna's conflicted copy 2026-01-02)", "Ops (Annas-PC's conflicted copy 2026-01-02 1)",
    "Ops (In Konflikt stehende Kopie von Anna 2026-01-02)", "Ops - Kopie", "Ops – Kopie (2)", "Kopie von Ops",
    "Ops_copy", "Ops_Kopie",
    "Ops - 副本", "Ops - 副本 (2)", "Ops副本", "Ops 的副本", "副本 Ops", "Ops - Copie", "Copie de Ops", "Ops - Copia",
    "Copia de Ops", "Copia di Ops", "Ops - Cópia", "Cópia de Ops", "Kopie van Ops", "Ops - コピー", "Opsのコピー",
    "Ops - 복사본", "Ops-DESKTOP-AB12CD", "Ops-LAPTOP-9XK2QQ7P", "ops-desktop-ab12cd (1)", "Ops-DESKTOP-AB12CD-2",
    "Ops.sync-conflict-20260102-123456-ABCDEFG", "  Ops ",
]  # fmt: skip
OTHERS = [
    "Ops 2026", "Ops (2026)", "Ops (North)", "Ops North", "Ops-North", "Opscopy", "Photocopy", "Copyright", "Ops 2",
    "Ops copy shop", "Kopierer", "Ops-2026-10", "Ops (100)", "销售 2026", "Ops-Nord-West",
]  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_a_copied_name_is_the_name_that_was_copied(name: str) -> None:
    assert twin_key(name) == "ops"


@pytest.mark.parametrize("name", OTHERS)
def test_another_name_stays_another(name: str) -> None:
    assert plain_stem(name) == name


@pytest.mark.parametrize("name", ["(1)", "Copy of", "副本", "- Copy", "Kopie", "copy", "Copy (2)"])
def test_nothing_is_never_a_name(name: str) -> None:
    assert plain_stem(name)


def test_composed_and_decomposed_letters_are_one_name() -> None:
    name = "Übersicht Genève"
    assert twin_key(unicodedata.normalize("NFD", name)) == twin_key(name)


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Ops-ANNAS-PC", "Ops"), ("Ops-NB0042", "Ops"), ("Ops-FIN-WS-07", "ops"), ("Ops-SRV01 (1)", "Ops"),
        ("Ops-North", ""), ("Ops-2026", ""), ("Ops-2026-10", ""), ("Ops", ""), ("Sales-NB0042", ""),
    ],
)  # fmt: skip
def test_what_may_be_a_computer_s_copy_is_asked_about(name: str, of: str) -> None:
    assert perhaps_of(name, ["Plan", of or "Ops"]) == of


# ---- in the drop folder


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new(tmp_path)


def names(summary: Summary) -> dict[str, list[str]]:
    return {line.name: [one.name for one in line.problems if one.severity.value != "note"] for line in summary.lines}


def test_four_copies_in_one_morning_are_asked_about_and_nobody_is_written_to(desk: Desk) -> None:
    """D1_inbox_copies: four reports and four mails of one month."""
    copies = ("OPS.XLSX", "Ops (1).xlsx", "Ops-DESKTOP-AB12CD.xlsx", "Ops.xlsx")
    for number, name in enumerate(copies):
        desk.drop(name, first=90 + number)
    summary = desk.run()
    assert names(summary) == {name: ["TWINS"] for name in copies}
    assert set(outcomes(summary).values()) == {"failed"}
    assert desk.office.put_in == []
    assert desk.files("reports") == []


@pytest.mark.parametrize("name", ["OPS.XLSX", "Ops (1).xlsx", "Kopie von Ops.xlsx", "Ops-DESKTOP-AB12CD.xlsx"])
def test_a_copy_that_comes_later_is_a_correction_of_the_same_report(desk: Desk, name: str) -> None:
    desk.drop("Ops.xlsx", first=90)
    desk.run()
    desk.drop(name, first=91)
    desk.run(clock=CLOCK + 86400)
    assert desk.office.put_in == [("Ops", "2026-10", 1), ("Ops", "2026-10", 2)]
    assert desk.files("reports") == ["Ops/2026-10/Ops.json", "Ops/2026-10/Ops_r1.json"]


def test_a_copy_that_comes_first_has_the_report_s_own_name(desk: Desk) -> None:
    desk.drop("Ops (1).xlsx")
    desk.run()
    assert desk.office.put_in == [("Ops", "2026-10", 1)]


def test_composed_and_decomposed_names_are_one_report(desk: Desk) -> None:
    desk.drop(unicodedata.normalize("NFC", "Übersicht.xlsx"), first=90)
    desk.run()
    desk.drop(unicodedata.normalize("NFD", "Übersicht.xlsx"), first=91)
    desk.run(clock=CLOCK + 86400)
    assert [revision for _, _, revision in desk.office.put_in] == [1, 2]
    assert len({report for report, _, _ in desk.office.put_in}) == 1


def test_the_same_bytes_twice_are_one_report_and_one_duplicate(desk: Desk) -> None:
    content = desk.drop("Ops.xlsx").read_bytes()
    (desk.inbox / "Ops (1).xlsx").write_bytes(content)
    os.utime(desk.inbox / "Ops (1).xlsx", (CLOCK - 3600, CLOCK - 3600))
    summary = desk.run()
    assert sorted(outcomes(summary).values()) == ["done", "duplicate"]
    assert desk.office.put_in == [("Ops", "2026-10", 1)]


def test_what_may_be_a_copy_of_another_computer_is_asked_about(desk: Desk) -> None:
    desk.drop("Ops.xlsx", first=90)
    desk.run()
    desk.drop("Ops-FIN-WS-07.xlsx", first=91)
    summary = desk.run(clock=CLOCK + 86400)
    assert names(summary) == {"Ops-FIN-WS-07.xlsx": ["PERHAPS_A_COPY"]}
    assert len(desk.office.put_in) == 1
    assert "failed/Ops-FIN-WS-07.xlsx" in desk.files("inbox")


def test_a_report_of_the_settings_is_never_taken_for_a_copy(tmp_path: Path) -> None:
    desk = new(tmp_path, '[[report]]\nname = "Ops of the plant"\nmatch = "Ops-FIN-*.xlsx"\n')
    desk.drop("Ops.xlsx", first=90)
    desk.drop("Ops-FIN-WS-07.xlsx", first=91)
    summary = desk.run()
    assert set(outcomes(summary).values()) == {"done"}
    assert sorted(desk.office.put_in) == [("Ops", "2026-10", 1), ("Ops of the plant", "2026-10", 1)]


def test_a_report_that_was_always_there_is_not_asked_about(desk: Desk) -> None:
    desk.drop("Ops-NORTH.xlsx", first=91)
    desk.run()
    desk.drop("Ops.xlsx", first=90)
    desk.run(clock=CLOCK + 86400)
    desk.drop("Ops-NORTH.xlsx", first=92)
    assert outcomes(desk.run(clock=CLOCK + 2 * 86400)) == {"Ops-NORTH.xlsx": "done"}


def test_an_organisation_that_is_written_otherwise_is_the_same(desk: Desk) -> None:
    for number, organisation in enumerate(("Muster AG", "MUSTER AG ")):
        settings = f"Setting | Value\norganisation | {organisation}\nreport_name | Sales"
        path = save(
            desk.inbox / f"{number}.xlsx", Goals=GOALS, Metrics=METRICS.format(first=90 + number), Settings=settings
        )
        os.utime(path, (CLOCK - 3600, CLOCK - 3600))
        desk.run(clock=CLOCK + 86400 * number)
    assert desk.office.put_in == [("Muster AG, Sales", "2026-10", 1), ("Muster AG, Sales", "2026-10", 2)]
