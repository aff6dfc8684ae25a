"""Letters by the batch: released, cancelled and resolved by report, period and person; never by a blind word."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from kpireport.cli import main
from kpireport.deliver.entry import HoldReason, MessageState
from kpireport.deliver.outbox import Outbox
from tests.mailing import TODAY, people, post, product, recipient, settings

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

ANNA, BO = recipient("anna@example.com"), recipient("bo@example.com")


def outbox(folder: Path, *words: str, **more: Any) -> Result:
    return CliRunner().invoke(main, ["outbox", *words, "--state", str(folder / "state")], **more)


def put(folder: Path, *found: Any, **more: Any) -> None:
    """Queue a report; with revision=2 after a sent one, it is a correction that is held."""
    revision, hold = more.pop("revision", 1), more.pop("hold", ())
    office = post(folder, settings())
    office.put(product(*found, **more), today=TODAY, revision=revision, hold=hold)
    office.close()


def turn(folder: Path, state: MessageState, *, of: MessageState = MessageState.QUEUED) -> None:
    with closing(Outbox(folder / "state" / "outbox.db")) as ledger:
        for entry in ledger.entries((of,)):
            ledger.settle(entry.key, state, 1.0, allowed=(of,), reason="a test")


def states(folder: Path) -> list[tuple[str, str, str, str]]:
    with closing(Outbox(folder / "state" / "outbox.db")) as ledger:
        return sorted((e.report, e.period, e.recipient.partition("@")[0], e.state.value) for e in ledger.entries())


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """Two reports and a second period, of which eight letters are held."""
    for report, period in (("Sales", "2026-10"), ("Sales", "2026-09"), ("Costs [all]", "2026-10")):
        put(tmp_path, ANNA, BO, report=report, period=period, hold=(HoldReason.CORRECTION,))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "freed"),
    [
        (["--report", "Sales"], 4),
        (["--report", "SALES", "--period", "2026-10"], 2),
        (["--report", "Costs [all]"], 2),
        (["--report", "Costs*"], 2),
        (["--to", "anna@example.com"], 3),
        (["--to", "Anna", "--period", "2026-09"], 1),
        (["--all"], 6),
    ],
)
def test_one_word_releases_what_is_meant_and_no_more(held: Path, words: list[str], freed: int) -> None:
    done = outbox(held, "release", *words)
    assert done.exit_code == 0, done.output
    assert [state for *_, state in states(held)].count("queued") == freed
    assert [state for *_, state in states(held)].count("held") == 6 - freed


def test_what_is_released_is_listed_and_the_command_that_sends_it_is_named(held: Path) -> None:
    done = outbox(held, "release", "--report", "Sales", "--period", "2026-10")
    assert done.output.count("@example.com") == 2
    assert "outbox send" in done.output


@pytest.mark.parametrize("words", [["release"], ["cancel"], ["resolve", "--sent"], ["release", "ab", "--all"]])
def test_nothing_is_released_or_cancelled_where_nothing_is_named(held: Path, words: list[str]) -> None:
    before = states(held)
    assert outbox(held, *words).exit_code == 2
    assert states(held) == before


def test_a_choice_that_fits_nothing_is_told(held: Path) -> None:
    done = outbox(held, "release", "--report", "Sale")
    assert (done.exit_code, "D605" in done.output) == (3, True)


def test_cancelling_takes_the_same_choices_and_no_reason_is_asked_for(held: Path) -> None:
    assert outbox(held, "cancel", "--to", "bo", "--report", "Sales").exit_code == 0
    assert [row[2] for row in states(held) if row[3] == "cancelled"] == ["bo", "bo"]


@pytest.mark.parametrize(
    "words",
    [["release", "--all"], ["release", "KEY"], ["resolve", "KEY", "--send"], ["resolve", "--report", "G*", "--send"]],
)
def test_nothing_in_the_outbox_releases_what_is_held_for_a_reading(tmp_path: Path, words: list[str]) -> None:
    put(tmp_path, ANNA, hold=(HoldReason.READING,))
    key = json.loads(outbox(tmp_path, "list", "--format", "json").output)[0]["key"]
    done = outbox(tmp_path, *[key if word == "KEY" else word for word in words])
    assert done.exit_code == 3
    assert "reading" in done.output
    assert states(tmp_path)[0][3] == "held"


def test_letters_made_again_take_the_place_of_those_held_for_a_reading_but_not_what_is_held_for_more(
    tmp_path: Path,
) -> None:
    put(tmp_path, ANNA)
    turn(tmp_path, MessageState.SENT)
    put(tmp_path, ANNA, BO, revision=2, hold=(HoldReason.READING,))
    put(tmp_path, ANNA, BO, revision=2)
    with closing(Outbox(tmp_path / "state" / "outbox.db")) as ledger:
        left = [entry.reason for entry in ledger.entries((MessageState.HELD,))]
    assert [row[2:] for row in states(tmp_path)] == [("anna", "held"), ("anna", "sent"), ("bo", "queued")]
    assert left == [HoldReason.CORRECTION]
    assert outbox(tmp_path, "release", "--all").exit_code == 0


def test_several_uncertain_letters_are_listed_and_sent_again_only_after_a_yes(tmp_path: Path) -> None:
    put(tmp_path, *people(3))
    turn(tmp_path, MessageState.UNCERTAIN)
    for answer in ("n\n", ""):
        done = outbox(tmp_path, "resolve", "--report", "Group", "--send", input=answer)
        assert done.exit_code == 1
        assert done.output.count("@example.com") == 3
        assert {row[3] for row in states(tmp_path)} == {"uncertain"}
    assert outbox(tmp_path, "resolve", "--report", "Group", "--send", input="y\n").exit_code == 0
    assert {row[3] for row in states(tmp_path)} == {"queued"}


def test_uncertain_letters_are_never_sent_again_by_all(tmp_path: Path) -> None:
    put(tmp_path, *people(2))
    turn(tmp_path, MessageState.UNCERTAIN)
    assert outbox(tmp_path, "resolve", "--all", "--send", input="y\n").exit_code == 2
    assert {row[3] for row in states(tmp_path)} == {"uncertain"}
    assert outbox(tmp_path, "release", "--all").exit_code == 3
    assert {row[3] for row in states(tmp_path)} == {"uncertain"}


def test_that_letters_did_arrive_may_be_said_of_all(tmp_path: Path) -> None:
    put(tmp_path, *people(2))
    turn(tmp_path, MessageState.UNCERTAIN)
    assert outbox(tmp_path, "resolve", "--all", "--sent").exit_code == 0
    assert {row[3] for row in states(tmp_path)} == {"sent"}


def test_saying_that_all_arrived_settles_nothing_that_is_held(tmp_path: Path) -> None:
    put(tmp_path, ANNA, hold=(HoldReason.CORRECTION,))
    assert outbox(tmp_path, "resolve", "--all", "--sent").exit_code == 3
    assert states(tmp_path)[0][3] == "held"
