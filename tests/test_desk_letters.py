"""Letters on the desk: what waits for a reading, what is sent is what was shown, a test to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kpireport import languages
from kpireport.desk import letters, letters_view, reading_view
from kpireport.desk.answers import AskedError, DeskRequest
from kpireport.desk.folder import Folder
from kpireport.desk.work import Work
from tests.mailing import Box, Mailer
from tests.workbooks import save

OTHERS = """
KPI      | Unit  | Aug 2026 | Sep 2026 | Oct 2026
Sales    | EUR k | 401      | 398      | 417
Material | EUR k | 512      | 488      | 530
"""
PEOPLE = "Name | Email\nAnna | anna@example.com\nBo | bo@example.com"
TOML = """
[inbox]
settle_seconds = 0
[batch]
formats = ["html"]
[mail]
transport = "smtp"
sender = "KPI <kpi@example.com>"
owner = "boss@example.com"
allowed_domains = ["example.com"]
host = "127.0.0.1"
port = {port}
security = "none"
per_minute = 6000
"""


@dataclass
class Sitting:
    """A desk's work in a folder with one workbook, and the mailbox of its mail server."""

    work: Work
    box: Box = field(default_factory=Box)

    @property
    def id(self) -> str:
        (workbook,) = self.work.folder.listed()
        return workbook.id

    def ask(self, view: Any, body: dict[str, Any] | None = None, **values: Any) -> Any:
        return view(self.work, DeskRequest({"id": self.id, **values}, {}, body or {}, None))  # type: ignore[arg-type]

    def make(self) -> None:
        run = self.work.make(self.work.book(self.id))
        assert run is not None
        run.result(timeout=120)

    def letters(self) -> list[dict[str, Any]]:
        return list(self.ask(letters_view.letter_list)["letters"])

    def confirm(self) -> None:
        while (shown := self.ask(reading_view.summary))["questions"]:
            question = shown["questions"][0]
            answer = next((each["id"] for each in question["answers"] if each["assumed"]), question["answers"][0]["id"])
            given = [{"question": question["id"], "answer": answer}]
            self.ask(reading_view.answers, {"rev": shown["rev"], "answers": given})
        self.ask(reading_view.confirm, {"rev": shown["rev"], "by": "M. Pichler"})


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    box = Box()
    with Mailer(box) as server:
        (tmp_path / "inbox").mkdir()
        (tmp_path / "kpireport.toml").write_text(TOML.format(port=server.port), "utf-8")
        save(tmp_path / "inbox" / "sales.xlsx", Figures=OTHERS, Recipients=PEOPLE)
        work = Work(Folder(tmp_path / "kpireport.toml"), languages.load("en"))
        yield Sitting(work, box)
        work.close()


def people(box: Box) -> list[str]:
    return sorted(to for _, to, _ in box.got if to != "boss@example.com")


def test_letters_wait_for_the_reading_and_for_nothing_else(sitting: Sitting) -> None:
    sitting.make()
    held = sitting.letters()
    assert [(each["state"], each["why"]) for each in held] == [("held", "reading")] * 2
    keys = [each["key"] for each in held]
    assert sitting.ask(letters_view.settle("release"), {"keys": keys}) == {"done": 0, "left": 2}
    sitting.confirm()
    sitting.make()
    ready = [each for each in sitting.letters() if each["state"] == "queued"]
    assert sorted(each["to"] for each in ready) == ["anna@example.com", "bo@example.com"]
    assert people(sitting.box) == []
    shown = [{"key": each["key"], "hash": each["hash"]} for each in ready]
    assert sitting.ask(letters_view.send, {"letters": shown})["sent"] == 2
    assert people(sitting.box) == ["anna@example.com", "bo@example.com"]


@pytest.mark.parametrize("change", ["hash", "less", "more"])
def test_nothing_is_sent_but_what_was_shown(sitting: Sitting, change: str) -> None:
    sitting.confirm()
    sitting.make()
    shown = [{"key": each["key"], "hash": each["hash"]} for each in sitting.letters()]
    assert len(shown) == 2
    if change == "hash":
        shown[0]["hash"] = "0" * 64
    shown = shown[:1] if change == "less" else [*shown, {"key": "0" * 32, "hash": ""}] if change == "more" else shown
    with pytest.raises(AskedError) as refused:
        sitting.ask(letters_view.send, {"letters": shown})
    assert refused.value.id == "changed"
    assert sitting.box.got == []


def test_what_is_held_by_hand_does_not_leave_until_it_is_released(sitting: Sitting) -> None:
    sitting.confirm()
    sitting.make()
    first, second = sitting.letters()
    assert sitting.ask(letters_view.settle("hold"), {"keys": [first["key"]]}) == {"done": 1, "left": 0}
    assert {each["key"]: each["why"] for each in sitting.letters()} == {first["key"]: "hand", second["key"]: ""}
    sent = sitting.ask(letters_view.send, {"letters": [{"key": second["key"], "hash": second["hash"]}]})
    assert (sent["sent"], people(sitting.box)) == (1, [second["to"]])
    assert sitting.ask(letters_view.settle("release"), {"keys": [first["key"]]}) == {"done": 1, "left": 0}
    assert [each["state"] for each in sitting.letters() if each["key"] == first["key"]] == ["queued"]


def test_a_test_goes_to_oneself_alone_also_before_the_reading_is_confirmed(sitting: Sitting) -> None:
    done = sitting.ask(letters_view.test, {"id": sitting.id, "to": "boss@example.com"})
    assert done == {"sent": 2, "told": []}
    assert {to for _, to, _ in sitting.box.got} == {"boss@example.com"}
    assert sitting.letters() == []
    refused = sitting.ask(letters_view.test, {"id": sitting.id, "to": "boss@elsewhere.example"})
    assert (refused["sent"], len(refused["told"])) == (0, 1)


def test_a_letter_is_shown_with_its_pictures_and_cannot_ask_anything(sitting: Sitting) -> None:
    sitting.make()
    key = sitting.letters()[0]["key"]
    head = sitting.ask(letters_view.letter, key=key)
    assert "anna@example.com" in head["to"]
    page = sitting.ask(letters_view.letter_page, key=key)
    assert b"cid:" not in page.content
    assert b"Material" in page.content
    assert (page.framed, page.policy) == (True, letters.LETTER_POLICY)
    assert "default-src 'none'" in page.policy
