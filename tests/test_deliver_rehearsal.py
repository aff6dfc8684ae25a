"""Rehearsals leave the world as it is; the commands look into the outbox that the runs use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mailing import Box, Mailer, parsed, post, product, recipient, settings
from tests.test_deliver_walk import GOALS, METRICS, TODAY, run, workbook, written

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

RECIPIENTS = """
Name | Email | Scope | Format | When
Boss | boss@example.com | all | HTML | always
Li | li@example.com | department=Sales | HTML | always
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with settings, and a drop folder with one workbook."""
    (tmp_path / "inbox").mkdir()
    workbook(tmp_path / "inbox", Recipients=RECIPIENTS)
    return tmp_path


def put_in(house: Path, server: Mailer, *words: str) -> Result:
    """Run the batch once, with mail by this server."""
    chosen = written(house, port=server.port, owner="owner@example.com")
    more = '[inbox]\nsettle_seconds = 0\n[batch]\nstate = "kept"\nformats = ["html"]\n'
    chosen.write_text(more + chosen.read_text("utf-8"), "utf-8")
    return run("run", "--settings", chosen, "--executor", "serial", *words)


def test_after_a_rehearsal_the_real_run_still_writes_to_everybody(house: Path) -> None:
    box = Box()
    with Mailer(box) as server:
        assert put_in(house, server, "--redirect-to", "me@example.com").exit_code == 0
        assert set(box.to) == {"me@example.com"}
        assert not (house / "reports").exists()
        box.got.clear()
        assert put_in(house, server).exit_code == 0
    assert sorted(box.to) == ["boss@example.com", "li@example.com", "owner@example.com"]
    assert not any(str(parsed(content)["Subject"]).startswith("[TEST") for _, _, content in box.got)


def test_a_rehearsal_lets_nothing_leave_that_waits_for_real_people(house: Path) -> None:
    box = Box()
    (house / "inbox" / "group.xlsx").unlink()
    office = post(house, settings(1))
    office.state = house / "kept"
    office.put(product(recipient("boss@example.com")), today=TODAY)
    office.close()
    with Mailer(box) as server:
        put_in(house, server, "--redirect-to", "me@example.com")
        assert box.to == []
        put_in(house, server)
        assert box.to == ["boss@example.com"]


def test_a_failed_workbook_of_a_rehearsal_is_told_to_the_tester_and_not_to_the_owner(house: Path) -> None:
    box = Box()
    workbook(house / "inbox", Goals=GOALS.replace("95%", "ninety"), Metrics=METRICS, Recipients=RECIPIENTS)
    with Mailer(box) as server:
        put_in(house, server, "--redirect-to", "me@example.com")
    assert set(box.to) == {"me@example.com"}
    assert (house / "inbox" / "group.xlsx").is_file()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        pytest.param("me@elsewhere.org", "D203", id="outside"),
        pytest.param("me@example.com, eve@example.com", "D202", id="two addresses"),
        pytest.param("me", "D202", id="no address"),
    ],
)
def test_a_rehearsal_to_a_wrong_address_ends_before_any_work(house: Path, address: str, code: str) -> None:
    box = Box()
    with Mailer(box) as server:
        done = put_in(house, server, "--redirect-to", address)
    assert (done.exit_code, code in done.output, box.got) == (2, True, [])


def test_the_commands_show_the_outbox_of_the_runs(house: Path) -> None:
    with Mailer(Box(data={"li@example.com": ["554 no"]})) as server:
        assert put_in(house, server).exit_code == 1
        chosen = ("--settings", house / "kpireport.toml")
        listed = run("outbox", "list", *chosen).output.splitlines()
        assert listed[-1] == "2 sent, 1 failed"
        key = next(line.split()[0] for line in listed if " failed " in line)
        assert "554 no" in run("outbox", "show", key, *chosen).output
        assert run("outbox", "resend", "--failed", "--reason", "mended", *chosen).exit_code == 0
        assert run("outbox", "send", *chosen).output.startswith("1 sent, 0 failed")
        assert run("outbox", "resend", "--failed", "--reason", "again", *chosen).output == "nothing has failed\n"


def test_what_waits_already_is_not_sent_again_beside_it(house: Path) -> None:
    box = Box()
    with Mailer(box) as server:
        put_in(house, server)
        chosen = ("--settings", house / "kpireport.toml")
        key = run("outbox", "list", *chosen).output.split()[0]
        words = ("outbox", "resend", key, "--reason", "lost", *chosen)
        assert run(*words).exit_code == 0
        twice = run(*words)
        assert (twice.exit_code, "D604" in twice.output) == (3, True)
        run("outbox", "send", *chosen)
    assert sorted(box.to) == ["boss@example.com", "boss@example.com", "li@example.com", "owner@example.com"]
