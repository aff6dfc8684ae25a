"""The SMTP transaction against servers that do everything a server can do wrong, and against real ones."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.mailing import MailSettings, Secret, SecretKind
from kpireport.deliver.smtp_line import stuffed
from kpireport.deliver.transports.smtp import Patience, Smtp
from tests.mailing import TODAY, Box, Mailer, free_port, people, post, product, settings, stopped
from tests.saying import said
from tests.servers import Misbehaving, Script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kpireport.deliver.send import Delivered

QUICK = Patience(connect=0.5, command=0.5, dot=0.5, goodbye=0.2)


def deliver(folder: Path, server: Misbehaving, count: int = 1, **more: Any) -> tuple[Delivered, Counter[str]]:
    mail = settings(server.port, retry_minutes=more.pop("retry_minutes", 0), **more)
    office = post(folder, mail, transport=Smtp(mail, QUICK))
    office.put(product(*people(count)), today=TODAY)
    done = office.send()
    states = Counter(entry.state for entry in office.ledger().entries())
    office.close()
    return done, states


@pytest.mark.parametrize(
    ("script", "state", "stored"),
    [
        pytest.param({"greeting": "421 busy"}, "queued", 0, id="01 busy at the greeting"),
        pytest.param({"greeting": "554 go away"}, "queued", 0, id="02 refused at the greeting, not the message"),
        pytest.param({"greeting": "hang"}, "queued", 0, id="03 silence at the greeting"),
        pytest.param({"greeting": "reset"}, "queued", 0, id="04 reset at the greeting"),
        pytest.param({"mail": "451 later"}, "queued", 0, id="05 sender: later"),
        pytest.param({"mail": "550 not you"}, "failed", 0, id="06 sender: never"),
        pytest.param({"mail": "552 too large"}, "failed", 0, id="07 too large"),
        pytest.param({"rcpt": "450 greylisted"}, "queued", 0, id="08 recipient: later"),
        pytest.param({"rcpt": "550 no such user"}, "failed", 0, id="09 recipient: never"),
        pytest.param({"data": "451 later"}, "queued", 0, id="10 content: later"),
        pytest.param({"data": "554 no"}, "failed", 0, id="11 content: never"),
        pytest.param({"data": "reset"}, "queued", 0, id="12 reset after DATA"),
        pytest.param({"body": "reset"}, "queued", 0, id="13 reset in the body"),
        pytest.param({"dot": "451 later"}, "queued", 0, id="14 after the dot: later"),
        pytest.param({"dot": "552 no"}, "failed", 0, id="15 after the dot: never"),
        pytest.param({"dot": "stored, reset"}, "uncertain", 1, id="16 stored, then reset"),
        pytest.param({"dot": "stored, close"}, "uncertain", 1, id="17 stored, then closed"),
        pytest.param({"dot": "stored, hang"}, "uncertain", 1, id="18 stored, then silence"),
        pytest.param({"dot": "reset"}, "uncertain", 0, id="19 reset after the dot, and lost"),
        pytest.param({"dot": "250 stored, then reset"}, "sent", 1, id="20 confirmed, then reset"),
        pytest.param({"dot": "nonsense"}, "uncertain", 1, id="21 an answer that makes no sense"),
        pytest.param({"dot": "354 more"}, "uncertain", 0, id="22 an answer that belongs elsewhere"),
        pytest.param({"mail": "421 closing"}, "queued", 0, id="23 closing in the middle"),
        pytest.param({"ehlo": "reset"}, "queued", 0, id="24 reset at EHLO"),
        pytest.param({"rcpt": "close"}, "queued", 0, id="25 closed at the recipient"),
        pytest.param({"dot": "421 closing"}, "queued", 0, id="26 after the dot: closing, which is a no"),
    ],
)  # fmt: skip
def test_each_failure_of_a_server_ends_in_the_right_state(
    tmp_path: Path, script: dict[str, str], state: str, stored: int
) -> None:
    with Misbehaving(Script(dict(script))) as server:
        done, states = deliver(tmp_path, server)
        assert states == {state: 1}
        assert sum(server.stored.values()) == stored
        assert len(done.sent) == (state == "sent")
        if state != "sent":
            assert done.diagnostics
            assert all(said(d.problem, "en") and said(d.fix, "zh") for d in done.diagnostics)
        again, states_after = deliver(tmp_path, server)
        assert sum(server.stored.values()) <= max(stored, 1)
        if state in ("sent", "uncertain", "failed"):
            assert states_after == states
            assert not again.sent


def test_one_refused_address_does_not_keep_mail_from_the_others(tmp_path: Path) -> None:
    box = Box(rcpt={"person1@example.com": ["550 5.1.1 <person1@example.com>: no such user"]})
    with Mailer(box) as server:
        office = post(tmp_path, settings(server.port))
        office.put(product(*people(4)), today=TODAY)
        done = office.send()
        office.send()
        office.close()
    assert Counter(box.to) == {f"person{n}@example.com": 1 for n in (0, 2, 3)}
    assert len(done.failed) == 1
    assert "person1@" not in said(done.diagnostics[0].problem)


def test_a_line_that_breaks_again_and_again_counts_as_a_server_that_is_down(tmp_path: Path) -> None:
    with Misbehaving(Script({"data": "reset"})) as server:
        done, states = deliver(tmp_path, server, 10)
        assert states == {"queued": 10}
        assert server.sessions < 10
        assert done.down


def test_a_refused_sender_does_not_burn_every_message(tmp_path: Path) -> None:
    with Misbehaving(Script({"mail": "550 5.7.60 not permitted to send as this sender"})) as server:
        done, states = deliver(tmp_path, server, 10)
        assert states == {"failed": 3, "queued": 7}
        assert stopped(done) == "SERVER_REFUSES"


def test_a_stale_line_is_opened_anew(tmp_path: Path) -> None:
    with Misbehaving(Script({"mail": ["250 ok", "reset", "250 ok"]})) as server:
        done, states = deliver(tmp_path, server, 3)
        assert states == {"sent": 3}
        assert len(done.sent) == 3
        assert set(server.stored.values()) == {1}


def test_nobody_listens(tmp_path: Path) -> None:
    mail = settings(free_port(), retry_minutes=0)
    office = post(tmp_path, mail)
    office.put(product(*people(3)), today=TODAY)
    done = office.send()
    office.close()
    assert (len(done.deferred), done.down, done.failed) == (3, True, ())


# ---- TLS and signing in, against aiosmtpd


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path


def server_side(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


class Doorman:
    """Signs in one user with a password, or with a token, and counts the attempts."""

    def __init__(self) -> None:
        self.attempts = 0

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.attempts += 1
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"kpi", b"right")
        return AuthResult(success=known, handled=False)


class TokenBox(Box):
    """A handler that knows XOAUTH2, as Microsoft 365 does it: a wrong token gets a challenge, then 535."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        if said == "user=kpi@example.com\x01auth=Bearer good\x01\x01":
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)


def signed(monkeypatch: pytest.MonkeyPatch, port: int, word: str, **more: Any) -> MailSettings:
    monkeypatch.setenv("KPI_SECRET", word)
    return settings(port, user="kpi", password=Secret(SecretKind.ENV, ("KPI_SECRET",)), **more)


def send_one(folder: Path, mail: MailSettings, count: int = 1) -> Delivered:
    office = post(folder, mail)
    office.put(product(*people(count)), today=TODAY)
    done = office.send()
    office.close()
    return done


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_and_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, trusted: Path, security: str
) -> None:
    box, doorman = Box(), Doorman()
    options: dict[str, Any] = {"authenticator": doorman}
    if security == "starttls":
        options |= {"tls_context": server_side(authority), "require_starttls": True, "auth_required": True}
    else:
        options |= {"ssl_context": server_side(authority), "auth_require_tls": False}
    with Mailer(box, **options) as server:
        mail = signed(monkeypatch, server.port, "right", security=security, authority=trusted)
        assert len(send_one(tmp_path, mail, 3).sent) == 3
    assert len(box.to) == 3
    assert doorman.attempts == 1


def test_a_wrong_password_stops_at_once_and_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, trusted: Path
) -> None:
    box, doorman = Box(), Doorman()
    with Mailer(box, authenticator=doorman, auth_required=True, tls_context=server_side(authority)) as server:
        mail = signed(monkeypatch, server.port, "wrong", authority=trusted, security="starttls")
        done = send_one(tmp_path, mail, 20)
    assert (doorman.attempts, box.to, stopped(done)) == (1, [], "SIGN_IN_REFUSED")
    assert len(done.deferred) == 20
    assert "wrong" not in "".join(said(d.problem) + said(d.fix) for d in done.diagnostics)


@pytest.mark.parametrize(
    ("name", "trust"),
    [
        pytest.param("127.0.0.1", False, id="a certificate of nobody we know"),
        pytest.param("mail.example.org", True, id="a certificate for another name"),
    ],
)
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_not_the_servers_stops_everything(
    tmp_path: Path, authority: trustme.CA, trusted: Path, security: str, name: str, trust: bool
) -> None:
    box = Box()
    context = server_side(authority, name)
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with _plain_or_tls(box, options, security) as port:
        mail = settings(port, security=security, authority=trusted if trust else None)
        done = send_one(tmp_path, mail, 5)
    assert (stopped(done), len(done.deferred), box.to) == ("NOT_SECURE", 5, [])


def _plain_or_tls(box: Box, options: dict[str, Any], security: str) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def running() -> Iterator[int]:
        # aiosmtpd's controller tries its own certificate before it starts, so the check is made without it.
        if security == "starttls":
            with Mailer(box, **options) as server:
                yield server.port
            return
        with socket.create_server(("127.0.0.1", 0)) as listener:
            import threading

            def accept() -> None:
                try:
                    raw, _ = listener.accept()
                    with raw, options["ssl_context"].wrap_socket(raw, server_side=True):
                        pass
                except OSError:
                    pass

            thread = threading.Thread(target=accept, daemon=True)
            thread.start()
            yield listener.getsockname()[1]
            thread.join(5)

    return running()


def test_a_server_without_starttls_gets_nothing_in_the_clear(tmp_path: Path) -> None:
    with Misbehaving() as server:
        done = send_one(tmp_path, settings(server.port, security="starttls"), 2)
        assert (stopped(done), sum(server.stored.values())) == ("NOT_SECURE", 0)


@pytest.mark.parametrize(
    ("word", "sent", "stop"),
    [
        pytest.param("good", 2, "", id="a good token"),
        pytest.param("expired", 0, "SIGN_IN_REFUSED", id="an expired token"),
    ],
)
def test_xoauth2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    authority: trustme.CA,
    trusted: Path,
    word: str,
    sent: int,
    stop: str,
) -> None:
    box = TokenBox()
    monkeypatch.setenv("KPI_TOKEN", word)
    with Mailer(box, auth_required=True, tls_context=server_side(authority)) as server:
        mail = settings(
            server.port, security="starttls", authority=trusted, user="kpi@example.com", auth="xoauth2",
            token=Secret(SecretKind.ENV, ("KPI_TOKEN",)),
        )  # fmt: skip
        done = send_one(tmp_path, mail, 2)
    assert (len(done.sent), len(box.to), stopped(done)) == (sent, sent, stop)
    assert len(done.deferred) == 2 - sent


# ---- an independent server: Debian's smtp-sink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Any]:
    unpacked = Path(sys.prefix) / "postfix" / "usr"  # by scripts/system.sh
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin:{unpacked / 'sbin'}")
    if program is None:
        pytest.skip("smtp-sink (of Debian's package postfix) is not there")
    environment = os.environ | {"LD_LIBRARY_PATH": str(unpacked / "lib" / "postfix")}
    running = []

    def start(*options: str) -> tuple[int, Path]:
        port, folder = free_port(), tmp_path / f"sink{len(running)}"
        folder.mkdir()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(folder, "nobody")
            for parent in (tmp_path, *tmp_path.parents[:3]):
                if parent.stat().st_uid == os.geteuid() and parent != Path("/tmp"):
                    parent.chmod(parent.stat().st_mode | 0o055)
        running.append(
            subprocess.Popen(
                [program, *user, *options, "-d", f"{folder}/m.", f"127.0.0.1:{port}", "50"], cwd=folder, env=environment
            )
        )
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.05)
        return port, folder

    yield start
    for process in running:
        process.terminate()
        process.wait(5)


def kept(folder: Path) -> int:
    return sum(path.read_bytes().count(b"Message-ID:") for path in folder.glob("m.*"))


@pytest.mark.skipif(sys.platform == "win32", reason="smtp-sink is of POSIX")
@pytest.mark.parametrize(
    ("options", "state"),
    [
        pytest.param((), "sent", id="it takes all"),
        pytest.param(("-q", "."), "uncertain", id="it stores the message and cuts the line without an answer"),
        pytest.param(("-r", "rcpt"), "queued", id="recipients later"),
        pytest.param(("-f", "rcpt"), "failed", id="recipients never"),
        pytest.param(("-r", "."), "queued", id="content later"),
        pytest.param(("-q", "data"), "queued", id="it cuts the line at DATA"),
    ],
)
def test_smtp_sink(tmp_path: Path, sink: Any, options: tuple[str, ...], state: str) -> None:
    port, folder = sink(*options)
    mail = settings(port, retry_minutes=0)
    office = post(tmp_path, mail, transport=Smtp(mail, Patience(2, 2, 2, 1)))
    office.put(product(*people(2)), today=TODAY)
    office.send()
    office.send()
    assert Counter(entry.state for entry in office.ledger().entries()) == {state: 2}
    office.close()
    if state in ("sent", "uncertain"):
        assert kept(folder) == 2


# ---- bytes on the line


@pytest.mark.parametrize(
    ("message", "line"),
    [
        pytest.param(b"a\r\nb\r\n", b"a\r\nb\r\n", id="as it is"),
        pytest.param(b"a\nb", b"a\r\nb\r\n", id="line ends become CRLF, and the last line has one"),
        pytest.param(b".\r\n..\r\na.\r\n", b"..\r\n...\r\na.\r\n", id="a dot before each dot that begins a line"),
    ],
)
def test_a_message_as_it_goes_over_the_line(message: bytes, line: bytes) -> None:
    assert stuffed(message) == line


@given(st.binary(max_size=200))
def test_no_message_ends_itself_early(message: bytes) -> None:
    line = stuffed(message)
    assert b"\r\n.\r\n" not in line
    assert not line.startswith(b".\r\n")
    assert line.endswith(b"\r\n")
    assert b"\n" not in line.replace(b"\r\n", b"")


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_a_server_that_repeats_what_it_refuses_gives_away_no_password(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "Tr0ub4dor and more")
    script = Script({
        "ehlo": f"250-here\r\n250 AUTH {method}",
        "auth": "535 5.7.8 what you said is not known: {line} (Tr0ub4dor and more)",
    })  # fmt: skip
    secret = Secret(SecretKind.ENV, ("SMTP_PASSWORD",))
    with Misbehaving(script) as server:
        mail = settings(server.port, user="kpi@example.com", password=secret)
        office = post(tmp_path, mail)
        office.put(product(*people(1)), today=TODAY)
        delivered = office.send()
        tried = office.try_out()[0]
    said_all = " ".join([tried.reply, *(said(one.problem) for one in delivered.diagnostics)])
    assert "535 5.7.8" in said_all
    for secret_word in ("Tr0ub4dor", "and more", base64.b64encode(b"Tr0ub4dor and more").decode()[:12]):
        assert secret_word not in said_all
    plain = base64.b64encode(b"\0kpi@example.com\0Tr0ub4dor and more").decode()
    assert plain[:16] not in said_all
    office.close()
    for file in (tmp_path / "state").iterdir():
        assert b"Tr0ub4dor" not in file.read_bytes()
