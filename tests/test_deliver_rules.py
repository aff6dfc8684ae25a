"""Rules that hold over several messages and runs: refusals, sign-ins that run out, servers that stay away."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from kpireport.cli import main
from kpireport.core.catalogue import mail as problems
from kpireport.core.dispatch import Audience
from kpireport.core.mailing import Secret, SecretKind
from kpireport.deliver.imap import Archive
from kpireport.deliver.smtp_line import own_name
from kpireport.deliver.transport import DeliveryStatus, Security, SendResult
from tests.mailing import TODAY, Box, Clock, Mailer, edition, people, post, product, recipient, settings, stopped
from tests.servers import Misbehaving, Script
from tests.test_deliver_post import Stand, office
from tests.test_deliver_smtp import deliver

if TYPE_CHECKING:
    from pathlib import Path

LI = recipient("li@example.com")


# ---- the transport stops, instead of burning every message


@pytest.mark.parametrize(
    ("script", "states"),
    [
        pytest.param({"rcpt": "554 5.7.1 relay access denied"}, {"failed": 3, "queued": 7}, id="by policy, at RCPT"),
        pytest.param(
            {"dot": "554 5.7.1 not accepted from you"}, {"failed": 3, "queued": 7}, id="by policy, at the dot"
        ),
        pytest.param({"rcpt": "550 5.1.1 no such user"}, {"failed": 10}, id="each for its own address"),
        pytest.param({"mail": "535 5.7.3 sign in"}, {"queued": 10}, id="signing in, at MAIL"),
        pytest.param({"rcpt": "530 5.7.57 not authenticated"}, {"queued": 10}, id="signing in, at RCPT"),
    ],
)
def test_what_is_refused_for_our_sake_does_not_burn_every_message(
    tmp_path: Path, script: dict[str, Any], states: dict[str, int]
) -> None:
    with Misbehaving(Script(script)) as server:
        _, found = deliver(tmp_path, server, 10)
        assert found == states
        assert not server.stored


def test_a_sign_in_that_runs_out_between_two_messages_is_renewed(tmp_path: Path) -> None:
    with Misbehaving(Script({"mail": ["250 ok", "535 5.7.3 token expired", "250 ok"]})) as server:
        done, states = deliver(tmp_path, server, 3)
        assert (states, stopped(done), server.sessions) == ({"sent": 3}, "", 2)
        assert set(server.stored.values()) == {1}


def test_a_sign_in_that_cannot_be_renewed_is_tried_once_more_and_stops(tmp_path: Path) -> None:
    with Misbehaving(Script({"mail": ["250 ok", "535 5.7.3 token expired"]})) as server:
        done, states = deliver(tmp_path, server, 9)
        assert (states, stopped(done), server.sessions) == ({"sent": 1, "queued": 8}, "SIGN_IN_REFUSED", 2)


# ---- a server that stays away


DOWN = SendResult(DeliveryStatus.AGAIN, "no route", stop=problems.SERVER_DOWN, down=True)


def test_a_server_that_is_away_for_longer_than_the_limit_makes_all_that_waited_fail_together(tmp_path: Path) -> None:
    stand, clock = Stand({"*": [DOWN] * 9}), Clock()
    one = office(tmp_path, stand, clock, retry_minutes=0)
    one.put(product(*people(3)), today=TODAY)
    one.notice("Two reports failed", "text", run="r1")
    assert not one.send().failed
    clock.now += 23 * 3600
    assert not one.send().failed
    clock.now += 2 * 3600
    done = one.send()
    assert len(done.failed) == 3
    assert Counter(d.name for d in done.diagnostics)["GIVEN_UP"] == 3
    assert [entry.kind for entry in one.ledger().entries(("queued",))] == ["notice"]
    stand.answers.clear()
    one.send()
    assert stand.to == ["boss@example.com"]
    one.close()


def test_what_came_while_the_server_was_away_has_its_own_time(tmp_path: Path) -> None:
    stand, clock = Stand({"*": [DOWN] * 9}), Clock()
    one = office(tmp_path, stand, clock, retry_minutes=0)
    one.put(product(LI), today=TODAY)
    one.send()
    clock.now += 25 * 3600
    one.put(product(LI, period="2026-11"), today=TODAY)
    one.send()
    assert {entry.period: entry.state for entry in one.ledger().entries()} == {"2026-10": "failed", "2026-11": "queued"}
    one.close()


# ---- a file in a folder is looked at again before the mail that names it leaves


@pytest.mark.parametrize(
    ("swap", "state"),
    [
        pytest.param(None, "sent", id="it is as it was"),
        pytest.param(b"%PDF the figures of somebody else", "held", id="another file lies in its place"),
        pytest.param(b"", "held", id="it is gone"),
    ],
)
def test_a_file_that_is_only_linked_is_checked_too(tmp_path: Path, swap: bytes | None, state: str) -> None:
    files = {"report.pdf": b"%PDF" + bytes(range(256)) * 800}
    one = office(tmp_path, max_message_mb=0.1, link_folder=tmp_path / "links")
    one.put(replace(product(LI), editions=(edition(Audience(), files=files),)), today=TODAY)
    (path,) = (tmp_path / "links").rglob("*.pdf")
    if swap:
        path.write_bytes(swap)
    elif swap is not None:
        path.unlink()
    one.send()
    assert [entry.state for entry in one.ledger().entries()] == [state]
    one.close()


def test_two_people_whose_addresses_make_one_folder_name_have_two_folders(tmp_path: Path) -> None:
    """link_folder_two_people_one_folder: "a*b@" and "a?b@" are both "a_b@" as the name of a folder."""
    files = {"report.pdf": b"%PDF" + bytes(range(256)) * 800}
    found = (recipient("a*b@example.com", "department=Sales"), recipient("a?b@example.com", "department=HR"))
    sets = [
        edition(Audience(one.scope), files={"report.pdf": files["report.pdf"] + one.scope.encode()}) for one in found
    ]
    one = office(tmp_path, max_message_mb=0.1, link_folder=tmp_path / "links")
    one.put(replace(product(*found), editions=tuple(sets)), today=TODAY)
    assert len({path.parent for path in (tmp_path / "links").rglob("*.pdf")}) == 2
    one.send()
    assert [entry.state for entry in one.ledger().entries()] == ["sent", "sent"]
    one.close()


def test_graph_takes_no_large_message_so_a_file_goes_into_the_folder_before(tmp_path: Path) -> None:
    files = {"report.pdf": b"%PDF" + bytes(3_000_000)}
    made = replace(product(LI), editions=(edition(Audience(), files=files),))
    plain = office(tmp_path / "a", transport="graph")
    assert [d.name for d in plain.put(made, today=TODAY).diagnostics] == ["TOO_LARGE"]
    linked = office(tmp_path / "b", transport="graph", link_folder=tmp_path / "links")
    assert len(linked.put(made, today=TODAY).keys) == 1
    assert len(list((tmp_path / "links").rglob("*.pdf"))) == 1
    plain.close()
    linked.close()


# ---- what is old


def test_bytes_of_old_mail_are_forgotten_and_that_it_was_sent_is_not(tmp_path: Path) -> None:
    stand, clock = Stand(), Clock()
    one = office(tmp_path, stand, clock, keep_days=30)
    one.put(product(LI), today=TODAY)
    one.send()
    clock.now += 31 * 86_400
    one.put(product(LI, period="2026-11"), today=TODAY)
    one.send()
    kept = {entry.period: len(one.ledger().get(entry.key, whole=True).eml) for entry in one.ledger().entries()}  # type: ignore[union-attr]
    assert (kept["2026-10"], kept["2026-11"] > 0) == (0, True)
    assert one.put(product(LI), today=TODAY).keys == ()
    one.send()
    assert len(stand.got) == 2
    one.close()
    old = next(entry for entry in stand.got if entry.period == "2026-10")
    done = CliRunner().invoke(main, ["outbox", "resend", old.key, "--state", str(tmp_path / "state"), "--reason", "x"])
    assert (done.exit_code, "D604" in done.output) == (3, True)


# ---- the archive: what nobody knows may be found there


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of an IMAP server as a search needs. known: the Message-IDs in it; said: what it was asked."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, refuse: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Imap)
        self.known: set[str] = set()
        self.said: list[str] = []
        self.refuse = refuse

    def __enter__(self) -> Mailbox:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Imap(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode():
            tag, verb, *words = line.split()
            self.server.said.append(line.partition(" ")[2].strip())
            extra = ""
            if verb == "CAPABILITY":
                extra = "* CAPABILITY IMAP4rev1\r\n"
            elif verb == "EXAMINE":
                extra = "* 3 EXISTS\r\n"
            elif verb == "SEARCH":
                extra = f"* SEARCH{' 1' if words[-1].strip(chr(34)) in self.server.known else ''}\r\n"
            answer = "NO refused" if verb == self.server.refuse else "OK done"
            self.wfile.write(f"{extra}{tag} {answer}\r\n".encode())


def archived(mailbox: Mailbox, **more: Any) -> Archive:
    password = Secret(SecretKind.ENV, ("BOX_PASSWORD",))
    return Archive(
        "127.0.0.1", Security.NONE, int(mailbox.server_address[1]), 'k"pi', password, "Sent Items", **more
    )  # fmt: skip


def test_uncertain_mail_that_is_found_in_the_archive_was_sent_and_the_other_still_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOX_PASSWORD", 'ge"heim\\')
    with Mailbox() as box, Misbehaving(Script({"dot": "stored, reset"})) as server:
        one = post(tmp_path, settings(server.port, retry_minutes=0, archive=archived(box)))
        one.put(product(*people(2)), today=TODAY)
        assert len(one.send().uncertain) == 2
        box.known.add(one.ledger().entries()[0].message_id)
        done = one.send()
        assert (len(done.sent), len(done.uncertain), sum(server.stored.values())) == (1, 1, 2)
        assert 'EXAMINE "Sent Items"' in box.said
        assert 'LOGIN "k\\"pi" "ge\\"heim\\\\"' in box.said
        assert not any(said.startswith(("SELECT", "STORE", "APPEND")) for said in box.said)
        one.close()


@pytest.mark.parametrize("refuse", ["LOGIN", "EXAMINE", "SEARCH"])
def test_an_archive_that_cannot_be_looked_into_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuse: str
) -> None:
    monkeypatch.setenv("BOX_PASSWORD", "geheim")
    with Mailbox(refuse=refuse) as box, Misbehaving(Script({"dot": "stored, reset"})) as server:
        one = post(tmp_path, settings(server.port, retry_minutes=0, archive=archived(box)))
        one.put(product(LI), today=TODAY)
        one.send()
        assert len(one.send().uncertain) == 1
        one.close()


def test_an_archive_that_is_away_is_asked_once_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_PASSWORD", "geheim")
    with Mailbox(refuse="LOGIN") as box, Misbehaving(Script({"dot": "stored, reset"})) as server:
        one = post(tmp_path, settings(server.port, retry_minutes=0, archive=archived(box)))
        one.put(product(*people(3)), today=TODAY)
        for _ in range(3):
            one.send()
        box.said.clear()
        one.send()
        assert sum(said.startswith("LOGIN") for said in box.said) == 1
        one.close()


@pytest.mark.parametrize(
    ("host", "address", "name"),
    [
        pytest.param("mail.example.com", "10.0.0.7", "mail.example.com", id="a full name"),
        pytest.param("pc42", "10.0.0.7", "[10.0.0.7]", id="a short name, which relays refuse"),
        pytest.param("büro.example.com", "10.0.0.7", "[10.0.0.7]", id="a name that SMTP does not know"),
        pytest.param("pc42", "fe80::1", "[IPv6:fe80::1]", id="an address of version 6"),
    ],
)
def test_by_what_name_we_greet(monkeypatch: pytest.MonkeyPatch, host: str, address: str, name: str) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: host)
    assert own_name(address) == name


@pytest.mark.parametrize("refused", [False, True])
def test_a_copy_goes_to_the_archive_and_a_refused_copy_keeps_nobodys_mail_back(tmp_path: Path, refused: bool) -> None:
    box = Box(rcpt={"archive@example.com": ["550 full"] * 9} if refused else {})
    with Mailer(box) as server, Mailbox() as mailbox:
        chosen = settings(server.port, retry_minutes=0, archive=archived(mailbox, bcc="archive@example.com"))
        one = post(tmp_path, chosen)
        one.put(product(LI), today=TODAY)
        assert len(one.send().sent) == 1
        one.close()
    assert box.to == (["li@example.com"] if refused else ["li@example.com", "archive@example.com"])
    assert b"archive@" not in box.got[0][2]
