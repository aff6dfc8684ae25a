"""Letters that wait for a person to look at a reading: held, told once, made again and sent when it is confirmed."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kpireport.batch import running, work
from kpireport.batch.intake import Options
from kpireport.batch.ledger import RunLedger
from kpireport.cli import main
from kpireport.deliver.outbox import Outbox
from kpireport.deliver.post import Post
from kpireport.settings.batch import batch
from tests.batching import CLOCK, METRICS
from tests.mailing import Box, Mailer, parsed, settings
from tests.workbooks import save

if TYPE_CHECKING:
    from kpireport.batch.summary import Summary

DAY = 86_400
OTHERS = """
KPI      | Unit  | Aug 2026 | Sep 2026 | Oct 2026
Sales    | EUR k | {first}  | 398      | 417
Material | EUR k | 512      | 488      | 530
"""
PEOPLE = "Name | Email\nAnna | anna@example.com\nBo | bo@example.com"
GOALS = "KPI | Target | Unit | Direction\nRevenue | 1200 | EUR | higher"
TOML = """
[inbox]
path = "inbox"
settle_seconds = 0
[batch]
formats = ["html"]
"""
ADD_UP = "add_up-10a820ec"


@dataclass
class Office:
    """A folder with its drop folder, and a mail server on this machine."""

    folder: Path
    box: Box = field(default_factory=Box)
    port: int = 0

    def drop(self, name: str = "sales.xlsx", *, first: int = 401, table: str = OTHERS) -> Path:
        return save(self.folder / "inbox" / name, Figures=table.format(first=first), Recipients=PEOPLE)

    def run(self, days: int = 0, **options: Any) -> Summary:
        clock = CLOCK + days * DAY
        found, told = batch(self.folder / "kpireport.toml")
        assert found is not None, told
        mail = settings(self.port)
        post = Post(mail, found.state, clock=lambda: clock, sleep=lambda _: None)
        asked = Options(datetime.fromtimestamp(clock, tz=UTC).date(), **options)
        return running.run(
            found, self.folder / "kpireport.toml", asked, engine="serial", mail=mail, post=post,
            clock=lambda: clock, sleep=lambda _: None,
        )  # fmt: skip

    def command(self, *arguments: str) -> Result:
        found = CliRunner().invoke(main, [*arguments, "--settings", str(self.folder / "kpireport.toml")])
        assert found.exception is None or isinstance(found.exception, SystemExit), found.output
        return found

    @property
    def state(self) -> Path:
        found, _ = batch(self.folder / "kpireport.toml")
        assert found is not None
        return found.state

    def letters(self) -> list[tuple[str, str, str]]:
        """Return whom, state and reason of every letter of a report."""
        with closing(Outbox(self.state / "outbox.db")) as ledger:
            return sorted(
                (e.recipient.partition("@")[0], e.state, e.reason)
                for e in ledger.entries()
                if e.period != e.report and e.kind == "report"
            )

    def sent(self) -> list[str]:
        """Return the people who got a report."""
        return sorted(to.partition("@")[0] for _, to, _ in self.box.got if to != "boss@example.com")

    def told(self) -> list[str]:
        """Return what the owner was told of readings, as text."""
        letters = [parsed(content) for _, to, content in self.box.got if to == "boss@example.com"]
        return [each.get_content() for each in letters if "look at how" in str(each["Subject"])]

    @property
    def copy(self) -> Path:
        """Return the workbook that waits."""
        (found,) = [Path(path) for one in RunLedger(self.state).waiting() for path in one.paths]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Any:
    (tmp_path / "kpireport.toml").write_text(TOML, "utf-8")
    (tmp_path / "inbox").mkdir()
    box = Box()
    with Mailer(box) as server:
        yield Office(tmp_path, box, server.port)


HELD = "the reading of its workbook is not confirmed"


def test_letters_wait_and_the_owner_is_told_once_what_to_do(office: Office) -> None:
    office.drop()
    summary = office.run()
    assert summary.code() == 1
    assert office.sent() == []
    assert office.letters() == [("anna", "held", HELD), ("bo", "held", HELD)]
    (text,) = office.told()
    assert "nobody has confirmed yet how it is read" in text
    assert "How do the months make a year" in text
    assert "sum: they add up, for all" in text
    assert "'Material': adds up" in text
    assert f"--answer {ADD_UP}=" in text
    assert "confirm " in text
    assert "sales.xlsx --settings" in text.replace("\n", " ")
    assert [problem.name for line in summary.lines for problem in line.problems if problem.code == "B601"]
    assert (office.folder / "reports" / "sales" / "2026-10" / "sales.html").is_file(), "the report is never withheld"
    office.run(days=1)
    office.run(days=2)
    assert len(office.told()) == 1
    assert office.sent() == []


def test_what_is_confirmed_goes_with_the_next_run(office: Office) -> None:
    office.drop()
    office.run()
    done = office.command("confirm", str(office.copy), "--yes", "--by", "M. Pichler", "--answer", f"{ADD_UP}=sum")
    assert done.exit_code == 0, done.output
    assert (office.folder / "readings" / "sales.toml").is_file()
    copy = office.copy
    summary = office.run(days=1)
    assert summary.code() == 0
    assert office.sent() == ["anna", "bo"]
    assert [state for _, state, _ in office.letters()] == ["sent", "sent"]
    (line,) = summary.lines
    assert (line.name, line.report, line.revision) == ("sales.xlsx", "sales", 1)
    assert RunLedger(office.state).waiting() == []
    assert not copy.parent.exists()
    html = (office.folder / "reports" / "sales" / "2026-10" / "sales.html").read_text("utf-8")
    assert "has not been confirmed" not in html
    office.run(days=2)
    assert office.sent() == ["anna", "bo"], "nobody gets it twice"


def test_an_answer_alone_releases_nothing_and_is_told_as_what_is_left(office: Office) -> None:
    office.drop()
    office.run()
    office.command("confirm", str(office.copy), "--answer", f"{ADD_UP}=sum")
    office.run(days=1)
    assert office.sent() == []
    first, second = office.told()
    assert ADD_UP in first
    assert ADD_UP not in second
    office.command("confirm", str(office.copy), "--yes")
    office.run(days=2)
    assert office.sent() == ["anna", "bo"]


def test_a_workbook_with_the_sheet_filled_in_dropped_again_releases_them(office: Office) -> None:
    office.drop()
    office.run()
    CliRunner().invoke(
        main, ["check", str(office.copy), "--annotate", "--out", str(office.folder),
               "--settings", str(office.folder / "kpireport.toml")],
    )  # fmt: skip
    book = openpyxl.load_workbook(office.folder / "sales.reading.xlsx")
    sheet = book.worksheets[0]
    found = {str(sheet.cell(n, 6).value): n for n in range(1, sheet.max_row + 1)}
    sheet.cell(found[f"q.{ADD_UP}"], 5).value = sheet.cell(found["a.sum"], 2).value
    sheet.cell(found["confirm"], 5).value = sheet.cell(found["a.yes"], 2).value
    sheet.cell(found["by"], 5).value = "M. Pichler"
    book.save(office.folder / "inbox" / "sales.reading.xlsx")
    summary = office.run(days=1)
    assert "ANSWERS_TAKEN" in [problem.name for problem in summary.problems]
    assert office.sent() == ["anna", "bo"]
    assert [(line.report, line.revision) for line in summary.lines] == [("sales", 2)]
    assert "M. Pichler" in (office.folder / "readings" / "sales.toml").read_text("utf-8")
    assert RunLedger(office.state).waiting() == []
    assert {state for _, state, _ in office.letters()} == {"sent", "cancelled"}


def test_the_next_month_is_sent_without_a_word_and_a_changed_line_is_held(office: Office) -> None:
    office.drop()
    office.run()
    office.command("confirm", str(office.copy), "--yes", "--answer", f"{ADD_UP}=sum")
    office.run(days=1)
    november = "\n".join(
        f"{line.strip()} | {more}"
        for line, more in zip(OTHERS.strip().splitlines(), ("Nov 2026", "420", "541"), strict=True)
    )
    office.drop(table=november)
    office.run(days=30)
    assert office.sent() == ["anna", "anna", "bo", "bo"]
    office.drop(table=november.replace("Material", "Energy").replace("| 420", "| 421"))
    office.run(days=31)
    assert office.sent() == ["anna", "anna", "bo", "bo"]
    assert "changed since it was confirmed: new lines: 'Energy'" in " ".join(office.told()[-1].split())


def test_a_workbook_in_our_layout_is_never_held(office: Office) -> None:
    save(office.folder / "inbox" / "ours.xlsx", Goals=GOALS, Metrics=METRICS.format(first=90), Recipients=PEOPLE)
    assert office.run().code() == 0
    assert office.sent() == ["anna", "bo"]
    assert office.told() == []


def test_nothing_in_the_outbox_releases_them_and_a_test_goes_to_the_tester(office: Office) -> None:
    office.drop()
    office.run()
    assert office.command("outbox", "release", "--all").exit_code == 3
    office.run(days=1)
    assert office.sent() == []
    office.drop("again.xlsx", first=402)
    office.run(days=1, redirect_to="me@example.com")
    assert set(office.sent()) == {"me"}


def test_status_shows_what_waits(office: Office) -> None:
    office.drop()
    office.run()
    shown = json.loads(office.command("status", "--format", "json").output)
    assert [(one["report"], one["period"], one["questions"]) for one in shown["reading"]] == [("sales", "2026-10", 1)]
    text = " ".join(office.command("status").output.split())
    assert "sales, 2026-10: letters held, 1 question(s);" in text


def test_a_newer_workbook_takes_the_place_of_the_one_that_waits(office: Office) -> None:
    office.drop()
    office.run()
    old = office.copy
    office.drop(first=402)
    office.run(days=1)
    assert office.copy != old
    assert not old.exists()
    office.command("confirm", str(office.copy), "--yes", "--answer", f"{ADD_UP}=sum")
    office.run(days=2)
    assert office.sent() == ["anna", "bo"]
    assert sorted(state for _, state, _ in office.letters()) == ["cancelled", "cancelled", "sent", "sent"]


def test_a_waiting_workbook_that_is_gone_is_told_and_made_again_when_it_is_dropped(office: Office) -> None:
    content = office.drop().read_bytes()
    office.run()
    office.copy.unlink()
    summary = office.run(days=1)
    assert [problem.name for problem in summary.problems if problem.code == "B605"] == ["WAITING_LOST"]
    (office.folder / "inbox" / "sales.xlsx").write_bytes(content)
    office.run(days=2)
    office.command("confirm", str(office.copy), "--yes", "--answer", f"{ADD_UP}=sum")
    office.run(days=3)
    assert office.sent() == ["anna", "bo"]


class StoppedError(BaseException):
    """The run is killed here."""


@pytest.mark.parametrize("point", ["hold", "put", "release", "_filed", "_tell_waiting"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("released", [False, True])
def test_a_run_that_is_killed_anywhere_neither_loses_nor_sends_what_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch, point: str, when: str, released: bool
) -> None:
    from kpireport.batch import coordinator, waiting

    office.drop()
    if released:
        office.run()
        office.command("confirm", str(office.copy), "--yes", "--answer", f"{ADD_UP}=sum")
    owner = {
        "hold": waiting.WaitingRoom,
        "release": waiting.WaitingRoom,
        "put": Post,
        "_filed": coordinator.Coordinator,
        "_tell_waiting": running,
    }[point]
    original = getattr(owner, point)

    def killed(*arguments: Any, **more: Any) -> Any:
        if when == "after":
            original(*arguments, **more)
        raise StoppedError

    with monkeypatch.context() as patched:
        patched.setattr(owner, point, killed)
        with suppress(StoppedError):
            office.run(days=1)
    for day in (2, 3):
        office.run(days=day)
    if released:
        assert office.sent() == ["anna", "bo"]
    else:
        assert office.sent() == []
        assert [state for _, state, _ in office.letters()] == ["held", "held"]
        office.command("confirm", str(office.copy), "--yes", "--answer", f"{ADD_UP}=sum")
        office.run(days=4)
        assert office.sent() == ["anna", "bo"]


def test_a_worker_on_another_machine_has_what_is_kept_about_the_reading(tmp_path: Path) -> None:
    from kpireport.pipeline import Job

    workbook = save(tmp_path / "sales.xlsx", Figures=OTHERS.format(first=401))
    settings_file = tmp_path / "kpireport.toml"
    settings_file.write_text(TOML, "utf-8")
    CliRunner().invoke(
        main, ["confirm", str(workbook), "--yes", "--answer", f"{ADD_UP}=sum", "--settings", str(settings_file)]
    )
    today = datetime.fromtimestamp(CLOCK, tz=UTC).date()
    for chosen in (settings_file, None):
        if chosen is None:
            (tmp_path / "readings").rename(workbook.parent / "readings")
        order = work.Order(Job((workbook,), today, formats=("json",), settings=chosen), mail=False)
        there = work.packed(order, "", "")
        assert any(name.endswith("readings/sales.toml") for name in there.content)
        done = work.make(there)
        assert not done.error
        assert done.product.waiting == ()
