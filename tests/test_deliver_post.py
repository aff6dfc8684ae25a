"""The post office: each delivery once, conditions, corrections, the brake, dry runs, tests, notices."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kpireport.core.dispatch import Audience, Edition
from kpireport.core.mailing import Named, Secret, SecretKind
from kpireport.deliver import places, send
from kpireport.deliver.outbox import Outbox
from kpireport.deliver.post import Post
from kpireport.deliver.send import exit_code
from kpireport.deliver.transport import DeliveryStatus, SendResult
from tests.mailing import (
    TODAY,
    Box,
    Clock,
    Mailer,
    edition,
    parsed,
    people,
    post,
    product,
    recipient,
    settings,
    stopped,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kpireport.deliver.entry import Entry

ANNA, LI = recipient("anna@example.com", "department=Sales"), recipient("li@example.com")


class Stand:
    """A transport that keeps what it is given and answers as it is told: by recipient, each answer once."""

    host = "stand-in"

    def __init__(self, answers: dict[str, list[SendResult]] | None = None) -> None:
        self.answers = answers or {}
        self.got: list[Entry] = []

    def send(self, entry: Entry, mark: Callable[[str, str], None]) -> SendResult:
        mark("dot_sent", "")
        answers = self.answers.get(entry.recipient) or self.answers.get("*")
        answer = answers.pop(0) if answers else SendResult(DeliveryStatus.SENT, "250 ok")
        if answer.fate is DeliveryStatus.SENT:
            self.got.append(entry)
        return answer

    def resolve(self, _: Entry) -> SendResult | None:
        return None

    def try_out(self) -> SendResult:
        return SendResult(DeliveryStatus.SENT, "ready")

    def close(self) -> None:
        return None

    @property
    def to(self) -> list[str]:
        return [entry.envelope for entry in self.got]


def office(folder: Path, stand: Stand | None = None, clock: Clock | None = None, **more: Any) -> Post:
    return post(folder, settings(**more), clock, transport=stand or Stand())


def states(done: Post) -> Counter[str]:
    return Counter(entry.state for entry in done.ledger().entries())


def test_each_delivery_is_queued_once_however_often_it_is_asked(tmp_path: Path) -> None:
    stand = Stand()
    for _ in range(3):
        one = office(tmp_path, stand)
        one.put(product(ANNA, LI), today=TODAY)
        one.put(product(ANNA, LI), today=TODAY)
        one.send()
        one.close()
    assert Counter(stand.to) == {"anna@example.com": 1, "li@example.com": 1}
    assert len({entry.message_id for entry in stand.got}) == 2


def test_each_person_gets_the_part_that_is_hers(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    one.put(product(ANNA, LI), today=TODAY)
    one.send()
    one.close()
    for entry in stand.got:
        message = parsed(entry.eml)
        whose = "department=Sales" if entry.recipient == "anna@example.com" else "all"
        (attached,) = message.iter_attachments()
        assert attached.get_content() == b"%PDF-1.7 report of " + whose.encode()
        assert whose in message.get_body(("plain",)).get_content()
        assert [a.addr_spec for a in message["To"].addresses] == [entry.recipient]
        assert "Bcc" not in message
        assert "Cc" not in message


# ---- the wrong part to the wrong person


def swapped(made: Any) -> Any:
    """Return a product whose parts were mixed up: the files of everything are in the edition of Sales."""
    whole = next(one for one in made.editions if one.audience.scope == "")
    parts = [one if one.audience.scope == "" else replace(one, files=whole.files) for one in made.editions]
    return replace(made, editions=tuple(parts))


def relabelled(made: Any) -> Any:
    """Return a product where the edition of everything says that it is the one of Sales."""
    whole = next(one for one in made.editions if one.audience.scope == "")
    return replace(made, editions=(whole, replace(whole, audience=Audience("department=Sales"))))


def with_letter_of_all(made: Any) -> Any:
    whole = next(one for one in made.editions if one.audience.scope == "")
    parts = [one if one is whole else replace(one, letter=whole.letter) for one in made.editions]
    return replace(made, editions=tuple(parts))


@pytest.mark.parametrize("mix", [swapped, relabelled, with_letter_of_all])
def test_what_was_built_for_another_part_is_not_even_queued(tmp_path: Path, mix: Callable[[Any], Any]) -> None:
    one = office(tmp_path)
    queued = one.put(mix(product(ANNA, LI)), today=TODAY)
    assert [d.name for d in queued.diagnostics] == ["SEAL_BROKEN"]
    assert [entry.recipient for entry in one.ledger().entries()] == ["li@example.com"]
    one.close()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE message SET scope='' WHERE recipient='anna@example.com'", id="another part"),
        pytest.param("UPDATE message SET envelope='eve@example.com' "
                     "WHERE recipient='anna@example.com'", id="another person"),
        pytest.param("UPDATE message SET eml=(SELECT eml FROM message WHERE recipient='li@example.com') "
                     "WHERE recipient='anna@example.com'", id="another message"),
        pytest.param("UPDATE message SET (eml, eml_sha256)=(SELECT eml, eml_sha256 FROM message WHERE "
                     "recipient='li@example.com') WHERE recipient='anna@example.com'", id="another and its hash"),
        pytest.param("UPDATE seal SET seal='0' WHERE key=(SELECT key FROM message WHERE "
                     "recipient='anna@example.com')", id="another seal"),
        pytest.param("DELETE FROM seal WHERE key=(SELECT key FROM message WHERE "
                     "recipient='anna@example.com')", id="no seal"),
    ],
)  # fmt: skip
def test_what_does_not_belong_to_its_row_is_held_and_not_sent(tmp_path: Path, change: str) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    one.put(product(ANNA, LI), today=TODAY)
    one.close()
    with sqlite3.connect(tmp_path / "state" / "outbox.db") as db:
        assert db.execute(change).rowcount
    db.close()
    again = office(tmp_path, stand)
    done = again.send()
    assert stand.to == ["li@example.com"]
    assert (len(done.held), [d.name for d in done.diagnostics]) == (1, ["SEAL_BROKEN"])
    again.close()


def test_a_recipient_without_an_edition_is_told_and_the_others_are_served(tmp_path: Path) -> None:
    made = product(ANNA, LI)
    one = office(tmp_path)
    queued = one.put(replace(made, editions=made.editions[1:]), today=TODAY)
    assert len(queued.keys) == 1
    assert [d.name for d in queued.diagnostics] == ["NOT_BUILT"]
    one.close()


def test_a_failed_product_sends_nothing(tmp_path: Path) -> None:
    one = office(tmp_path)
    assert one.put(replace(product(ANNA), failed=True), today=TODAY).keys == ()
    assert one.send().sent == ()
    one.close()


# ---- conditions


@pytest.mark.parametrize(
    ("condition", "before", "now", "state"),
    [
        pytest.param("always", {"a": "on"}, {"a": "on"}, "queued", id="always"),
        pytest.param("red only", {"a": "on"}, {"a": "watch", "b": "none"}, "skipped", id="red only, nothing is off"),
        pytest.param("red only", {"a": "off"}, {"a": "off"}, "queued", id="red only, and one is off"),
        pytest.param("changed", {"a": "on"}, {"a": "on"}, "skipped", id="changed, and nothing has"),
        pytest.param("changed", {"a": "on"}, {"a": "off"}, "queued", id="changed, and one has"),
        pytest.param("changed", {"a": "on"}, {"a": "on", "b": "on"}, "queued", id="changed, and one is new"),
        pytest.param("changed", None, {"a": "on"}, "queued", id="changed, and nothing was sent before"),
    ],
)  # fmt: skip
def test_conditions(
    tmp_path: Path, condition: str, before: dict[str, str] | None, now: dict[str, str], state: str
) -> None:
    who = recipient("anna@example.com", condition=condition)
    one = office(tmp_path)
    if before is not None:
        one.put(product(replace(who, condition="always"), period="2026-09", statuses=before), today=TODAY)
        one.send()
    one.put(product(who, statuses=now), today=TODAY)
    (found,) = [entry for entry in one.ledger().entries() if entry.period == "2026-10"]
    assert found.state == state
    assert bool(found.reason) == (state == "skipped")
    one.close()


def test_what_was_skipped_is_sent_when_the_condition_is_changed_to_always(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    calm = {"a": "on"}
    assert one.put(product(recipient("a@example.com", condition="red only"), statuses=calm), today=TODAY).skipped
    assert one.put(product(recipient("a@example.com"), statuses=calm), today=TODAY).keys
    one.send()
    assert stand.to == ["a@example.com"]
    one.close()


# ---- corrections


def test_a_correction_is_held_for_those_who_had_the_report(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    one.put(product(ANNA), today=TODAY)
    one.send()
    queued = one.put(product(ANNA, LI), today=TODAY, revision=2)
    assert (len(queued.held), len(queued.keys)) == (1, 1)
    assert [d.name for d in queued.diagnostics] == ["HELD_CORRECTION"]
    one.send()
    assert stand.to == ["anna@example.com", "li@example.com"]
    assert states(one) == {"sent": 2, "held": 1}
    one.close()


def test_a_marked_correction_has_a_new_id_and_refers_to_the_first(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand, on_correction="send_marked")
    one.put(product(ANNA), today=TODAY)
    one.send()
    one.put(product(ANNA), today=TODAY, revision=2)
    one.send()
    first, second = (parsed(entry.eml) for entry in stand.got)
    assert second["Subject"] == f"Corrected (r2): {first['Subject']}"
    assert second["References"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    one.close()


def test_figures_that_are_out_of_date_never_leave(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    one.put(product(ANNA), today=TODAY)
    one.put(product(ANNA), today=TODAY, revision=2)
    one.put(product(ANNA), today=TODAY, revision=1)
    one.send()
    assert [entry.revision for entry in stand.got] == [2]
    assert not str(parsed(stand.got[0].eml)["Subject"]).startswith("Corrected")
    assert states(one) == {"cancelled": 1, "sent": 1}
    one.close()


# ---- trying again


LATER = SendResult(DeliveryStatus.AGAIN, "451 greylisted")


def test_greylisting_across_two_tries_in_one_run(tmp_path: Path) -> None:
    stand, clock = Stand({"anna@example.com": [LATER]}), Clock()
    one = office(tmp_path, stand, clock)
    one.put(product(ANNA, LI), today=TODAY)
    done = one.send()
    assert stand.to == ["li@example.com", "anna@example.com"] or stand.to == ["anna@example.com", "li@example.com"]
    assert (len(done.sent), exit_code(done)) == (2, 0)
    assert 48 <= sum(clock.naps) <= 72
    one.close()


def test_what_takes_longer_than_the_budget_is_left_for_the_next_run_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "SPREAD", 0.0)  # 1 and 5 minutes: spread, they may fit into the 5 of a run
    stand, clock = Stand({"*": [LATER] * 2}), Clock()
    one = office(tmp_path, stand, clock)
    one.put(product(ANNA), today=TODAY)
    done = one.send()
    assert (done.sent, len(done.deferred), exit_code(done)) == ((), 1, 4)
    assert sum(clock.naps) <= 300
    (kept,) = done.deferred
    before = one.ledger().get(kept, whole=True)
    clock.now += 86_400
    assert one.send().sent == done.deferred
    assert before is not None
    assert stand.got[0].eml == before.eml
    one.close()


def test_after_eight_tries_it_is_given_up(tmp_path: Path) -> None:
    stand, clock = Stand({"*": [LATER] * 100}), Clock()
    one = office(tmp_path, stand, clock, give_up_hours=240)
    one.put(product(ANNA), today=TODAY)
    failed: list[str] = []
    for _ in range(20):
        failed += one.send().failed
        clock.now += 3600 * 2
    assert len(failed) == 1
    assert one.ledger().entries()[0].attempts == 8
    one.close()


def test_after_a_day_one_more_try_is_made_and_then_it_is_given_up(tmp_path: Path) -> None:
    stand, clock = Stand({"*": [LATER] * 100}), Clock()
    one = office(tmp_path, stand, clock, retry_minutes=0)
    one.put(product(ANNA), today=TODAY)
    assert not one.send().failed
    clock.now += 25 * 3600
    done = one.send()
    assert (len(done.failed), [d.name for d in done.diagnostics]) == (1, ["GIVEN_UP"])
    one.close()


def test_a_server_that_is_down_costs_no_message_an_attempt(tmp_path: Path) -> None:
    from kpireport.core.catalogue import mail as problems

    down = SendResult(DeliveryStatus.AGAIN, "no route", stop=problems.SERVER_DOWN, down=True)
    stand, clock = Stand({"*": [down] * 3}), Clock()
    one = office(tmp_path, stand, clock)
    one.put(product(*people(5)), today=TODAY)
    done = one.send()
    assert (done.sent, len(done.deferred), done.down, exit_code(done)) == ((), 5, True, 75)
    assert {entry.attempts for entry in one.ledger().entries()} == {0}
    clock.now += 3600
    assert len(one.send().sent) == 5
    one.close()


def test_the_servers_own_rate_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    one = office(tmp_path, None, clock, per_minute=30)
    one.put(product(*people(4)), today=TODAY)
    one.send()
    assert clock.naps == [2.0, 2.0, 2.0]
    one.close()


# ---- the brake


def test_five_hundred_recipients_are_too_many_and_none_is_half_sent(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    assert len(one.put(product(*people(500)), today=TODAY).keys) == 500
    one.notice("A problem", "too many", run="r1")
    done = one.send()
    assert [d.name for d in done.diagnostics] == ["TOO_MANY"]
    assert (stand.to, len(done.deferred), exit_code(done)) == (["boss@example.com"], 500, 4)
    raised = office(tmp_path, stand, max_messages_per_run=500)
    assert len(raised.send().sent) == 500
    assert max(Counter(stand.to).values()) == 1
    one.close()
    raised.close()


# ---- dry runs, tests, notices


def test_a_dry_run_does_everything_but_the_network_and_changes_nothing(tmp_path: Path) -> None:
    stand = Stand()
    dry = office(tmp_path, stand)
    assert len(dry.put(product(ANNA, LI), today=TODAY, dry_run=True).keys) == 2
    assert len(dry.send(dry_run=True).sent) == 2
    dry.close()
    assert stand.to == []
    assert len(list((tmp_path / "state" / "dry-run").glob("*.eml"))) == 2
    real = office(tmp_path, stand)
    assert real.summary() == {}
    assert len(real.put(product(ANNA, LI), today=TODAY).keys) == 2
    assert len(real.send().sent) == 2
    real.close()
    known = office(tmp_path, stand)
    assert known.put(product(ANNA, LI), today=TODAY, dry_run=True).keys == ()
    known.close()


def test_a_test_run_goes_to_the_tester_alone_in_a_ledger_of_its_own(tmp_path: Path) -> None:
    stand = Stand()
    test = office(tmp_path, stand)
    test.put(product(ANNA, LI), today=TODAY, redirect_to="Me@example.com")
    test.notice("Summary", "all well", run="r1")
    test.send()
    test.close()
    assert set(stand.to) == {"me@example.com"}
    assert len(stand.got) == 3
    for entry in stand.got:
        assert str(parsed(entry.eml)["Subject"]).startswith("[TEST")
        assert [a.addr_spec for a in parsed(entry.eml)["To"].addresses] == ["me@example.com"]
    real = office(tmp_path, stand)
    assert len(real.put(product(ANNA, LI), today=TODAY).keys) == 2
    real.close()


def test_a_rehearsal_of_the_same_is_sent_once_and_of_something_mended_again(tmp_path: Path) -> None:
    stand = Stand()
    for files in ({"report.pdf": b"%PDF one"}, {"report.pdf": b"%PDF one"}, {"report.pdf": b"%PDF two"}):
        test = office(tmp_path, stand)
        test.put(product(ANNA, files=files), today=TODAY, redirect_to="me@example.com")
        test.send()
        test.close()
    assert [next(parsed(e.eml).iter_attachments()).get_content() for e in stand.got] == [b"%PDF one", b"%PDF two"]


def test_a_test_run_may_not_go_outside_either(tmp_path: Path) -> None:
    one = office(tmp_path)
    queued = one.put(product(ANNA), today=TODAY, redirect_to="me@elsewhere.org")
    assert (queued.keys, [d.name for d in queued.diagnostics]) == ((), ["OUTSIDE"])
    one.close()


def test_one_post_office_never_mixes_ledgers(tmp_path: Path) -> None:
    one = office(tmp_path)
    one.put(product(ANNA), today=TODAY, redirect_to="me@example.com")
    with pytest.raises(ValueError, match="one ledger"):
        one.put(product(LI), today=TODAY)
    one.close()


def test_the_owner_is_told_once_a_run_and_nobody_else(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand)
    for _ in range(3):
        one.notice("Two reports failed", "first line\nsecond\u2028line", run="2026-11-09")
    one.send()
    assert stand.to == ["boss@example.com"]
    message = parsed(stand.got[0].eml)
    assert message.get_content_type() == "text/plain"
    one.close()
    nobody = office(tmp_path, stand, owner="")
    assert nobody.notice("x", "y", run="z").keys == ()
    nobody.close()


# ---- files that are too large, and files with a password


def big(scope: str = "") -> Edition:
    return edition(Audience(scope), files={"report.pdf": b"%PDF" + bytes(range(256)) * 800, "small.csv": b"a;b"})


def test_a_file_that_is_too_large_is_kept_in_the_persons_own_folder(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand, max_message_mb=0.1, link_folder=tmp_path / "links")
    one.put(replace(product(LI), editions=(big(),)), today=TODAY)
    one.send()
    message = parsed(stand.got[0].eml)
    assert [part.get_filename() for part in message.iter_attachments()] == ["small.csv"]
    (path,) = (tmp_path / "links").rglob("*.pdf")
    assert path.parent.name == "li@example.com"
    assert path.read_bytes() == big().files["report.pdf"]
    assert str(path) in "".join(message.get_body(("plain",)).get_content().split("\n"))
    one.close()


def test_without_such_a_folder_a_mail_that_is_too_large_is_held(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand, max_message_mb=0.1)
    queued = one.put(replace(product(LI), editions=(big(),)), today=TODAY)
    assert ([d.name for d in queued.diagnostics], len(queued.held)) == (["TOO_LARGE"], 1)
    assert one.send().sent == ()
    assert stand.got == []
    one.close()


def made_pdf() -> bytes:
    import io

    import pikepdf

    with pikepdf.new() as document:
        document.add_blank_page()
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def protected(secret: Secret) -> Any:
    return Named("li@example.com", "Li", ANNA.where, password=secret)


def test_a_pdf_opens_with_the_persons_password_alone_and_the_mail_does_not_say_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    import pikepdf

    monkeypatch.setenv("LI_PDF", "Grüße-42")
    stand = Stand()
    one = office(tmp_path, stand, recipients=(protected(Secret(SecretKind.ENV, ("LI_PDF",))),))
    made = replace(product(), editions=(edition(Audience(), files={"report.pdf": made_pdf()}),))
    one.put(made, today=TODAY)
    one.send()
    one.close()
    (entry,) = stand.got
    (attached,) = parsed(entry.eml).iter_attachments()
    content = attached.get_content()
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    with pikepdf.open(io.BytesIO(content), password="Grüße-42") as opened:
        assert (opened.encryption.R, opened.encryption.bits) == (6, 256)
    body = "".join(part.get_content() for part in parsed(entry.eml).walk() if part.get_content_maintype() == "text")
    assert "Grüße-42" not in body
    assert "With your password." in body


def test_without_the_password_nothing_is_sent_to_this_person(tmp_path: Path) -> None:
    stand = Stand()
    one = office(tmp_path, stand, recipients=(protected(Secret(SecretKind.ENV, ("NOT_THERE_AT_ALL",))),))
    queued = one.put(product(LI, ANNA), today=TODAY)
    one.send()
    assert stand.to == ["anna@example.com"]
    assert "NOT_PROTECTED" in [d.name for d in queued.diagnostics]
    one.close()


# ---- the disk


class FullDisk:
    """A ledger whose disk is full from some write on."""

    def __init__(self, outbox: Outbox, what: str) -> None:
        self.outbox, self.what, self.used = outbox, what, 0

    def __getattr__(self, name: str) -> Any:
        if name == self.what:
            self.used += 1

            def full(*_: Any, **__: Any) -> None:
                raise sqlite3.OperationalError("database or disk is full")

            return full
        return getattr(self.outbox, name)


@pytest.mark.parametrize(
    ("what", "delivered", "then"),
    [
        pytest.param("claim", 0, "sent", id="before the message is touched"),
        pytest.param("mark", 0, "sent", id="before the dot, so that the dot never leaves"),
        pytest.param("finish", 1, "uncertain", id="after the server confirmed: it is not sent again"),
    ],
)
def test_a_full_disk_sends_nothing_that_is_not_noted(tmp_path: Path, what: str, delivered: int, then: str) -> None:
    box = Box()
    with Mailer(box) as server:
        one = post(tmp_path, settings(server.port))
        one.put(product(LI), today=TODAY)
        whole = one._open["outbox.db"]
        broken = FullDisk(whole, what)
        one._open["outbox.db"] = broken  # type: ignore[assignment]
        done = one.send()
        assert broken.used
        assert (stopped(done), exit_code(done), len(box.to)) == ("state", 74, delivered)
        assert [d.name for d in done.diagnostics] == ["STORE_FAILED"]
        one._open["outbox.db"] = whole
        one.send()
        assert states(one) == {then: 1}
        assert len(box.to) == 1
        assert whole.sound()
        one.close()


def test_a_full_disk_while_queueing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = office(tmp_path)
    monkeypatch.setattr(Outbox, "add", FullDisk(None, "add").add)  # type: ignore[arg-type]
    queued = one.put(product(LI), today=TODAY)
    assert (queued.keys, [d.name for d in queued.diagnostics]) == ((), ["STORE_FAILED"])
    one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are of POSIX")
def test_no_other_account_reads_the_outbox(tmp_path: Path) -> None:
    one = office(tmp_path)
    one.put(product(LI), today=TODAY)
    found = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "state").glob("outbox.db*")}
    assert found
    assert set(found.values()) == {0}
    one.close()
    dry = office(tmp_path)
    dry.put(product(LI), today=TODAY, dry_run=True)
    dry.send(dry_run=True)
    dry.close()
    made = [path for path in (tmp_path / "state").glob("*dry-run*") if path.suffix != ".lock"]
    rights = {path.name: path.stat().st_mode & 0o077 for path in made}
    assert set(rights) >= {"dry-run", "outbox-dry-run.db"}
    assert set(rights.values()) == {0}


def test_an_outbox_on_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpireport.deliver.post.network", lambda _: "nfs4")
    one = office(tmp_path)
    assert [d.name for d in one.put(product(LI), today=TODAY).diagnostics] == ["STORE_REFUSED"]
    done = one.send()
    assert (stopped(done), [d.name for d in done.diagnostics]) == ("state", ["STORE_REFUSED"])
    assert not (tmp_path / "state" / "outbox.db").exists()


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        pytest.param("/dev/sda1 / ext4 rw 0 0", "", id="an own disk"),
        pytest.param("/dev/sda1 / ext4 rw 0 0\nsrv:/k FOLDER nfs4 rw 0 0", "nfs4", id="NFS"),
        pytest.param("/dev/sda1 / ext4 rw 0 0\n//srv/k FOLDER cifs rw 0 0", "cifs", id="a Windows share"),
        pytest.param("srv:/ / nfs4 rw 0 0\n/dev/sda1 FOLDER xfs rw 0 0", "", id="an own disk below a share"),
        pytest.param("broken line\n/dev/sda1 / ext4 rw 0 0", "", id="a line that makes no sense"),
    ],
)
def test_which_file_systems_are_a_network(tmp_path: Path, mounts: str, kind: str) -> None:
    folder = tmp_path / "state"
    text = mounts.replace("FOLDER", str(tmp_path.resolve()).replace(" ", "\\040"))
    assert places.network(folder, text) == kind


def test_another_run_that_is_sending_is_waited_for_by_nobody(tmp_path: Path) -> None:
    from filelock import FileLock

    one = office(tmp_path)
    one.put(product(LI), today=TODAY)
    with FileLock(tmp_path / "state" / "outbox.db.lock"):
        done = one.send()
    assert (stopped(done), exit_code(done)) == ("locked", 75)
    assert len(one.send().sent) == 1
    one.close()
