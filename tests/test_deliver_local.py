"""Ways out that stay on this machine: folders of messages, and the system's own mail program; and tokens."""

from __future__ import annotations

import sys
import types
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from kpireport.core.mailing import Secret, SecretKind
from kpireport.deliver.tokens import AppSettings, TokenError, token
from tests.mailing import TODAY, parsed, people, post, product, settings, stopped

if TYPE_CHECKING:
    from pathlib import Path

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a script of POSIX stands in for sendmail")


def test_drafts_open_as_messages_that_are_being_written(tmp_path: Path) -> None:
    one = post(tmp_path, settings(transport="eml", folder=tmp_path / "drafts", allowed_domains=()))
    one.put(product(*people(2)), today=TODAY)
    assert len(one.send().sent) == 2
    one.close()
    drafts = sorted((tmp_path / "drafts").glob("*.eml"))
    assert len(drafts) == 2
    for draft in drafts:
        assert draft.read_bytes().startswith(b"X-Unsent: 1\r\n")
        assert parsed(draft.read_bytes())["To"]


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "full").write_text("a file where a folder should be")
    one = post(tmp_path, settings(transport="dir", folder=tmp_path / "full"))
    one.put(product(*people(3)), today=TODAY)
    done = one.send()
    assert (stopped(done), len(done.deferred)) == ("LINK_UNWRITABLE", 3)
    (tmp_path / "full").unlink()
    assert len(one.send().sent) == 3
    one.close()


def script(folder: Path, body: str) -> str:
    path = folder / "sendmail"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@POSIX
@pytest.mark.parametrize(
    ("body", "state"),
    [
        pytest.param('echo "$@" >> "$0.args"; cat >> "$0.mail"', "sent", id="it takes the message"),
        pytest.param("cat > /dev/null; exit 75", "queued", id="later"),
        pytest.param("cat > /dev/null; echo no such user; exit 67", "failed", id="never"),
        pytest.param("kill -9 $$", "uncertain", id="it dies"),
    ],
)
def test_the_systems_own_mail_program(tmp_path: Path, body: str, state: str) -> None:
    program = script(tmp_path, body)
    one = post(tmp_path, settings(transport="sendmail", program=program, retry_minutes=0))
    one.put(product(*people(1)), today=TODAY)
    one.send()
    assert Counter(entry.state for entry in one.ledger().entries()) == {state: 1}
    one.close()
    if state == "sent":
        assert (tmp_path / "sendmail.args").read_text() == "-i -f kpi@example.com -- person0@example.com\n"
        assert b"\r" not in (tmp_path / "sendmail.mail").read_bytes()


def test_no_such_program(tmp_path: Path) -> None:
    one = post(tmp_path, settings(transport="sendmail", program=str(tmp_path / "none")))
    one.put(product(*people(3)), today=TODAY)
    done = one.send()
    one.close()
    assert (stopped(done), len(done.deferred)) == ("SERVER_REFUSES", 3)


# ---- tokens by client credentials


def microsoft(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Stand in for msal; return what it is asked."""
    asked: list[dict[str, Any]] = []

    class Application:
        def __init__(self, client: str, **more: Any) -> None:
            asked.append({"client": client, **more})

        def acquire_token_for_client(self, scopes: list[str]) -> dict[str, Any]:
            asked.append({"scopes": scopes})
            return answer

    module = types.ModuleType("msal")
    module.ConfidentialClientApplication = Application  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "msal", module)
    monkeypatch.setenv("APP_SECRET", "s3cret")
    return asked


APP = AppSettings(tenant="firm", client="app", secret=Secret(SecretKind.ENV, ("APP_SECRET",)))


def test_a_token_by_client_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = microsoft(monkeypatch, {"access_token": "bearer"})
    assert token(APP, "scope") == "bearer"
    assert asked[0]["authority"] == "https://login.microsoftonline.com/firm"
    assert asked[0]["client_credential"] == "s3cret"
    assert asked[1] == {"scopes": ["scope"]}


@pytest.mark.parametrize(
    ("answer", "temporary"),
    [
        pytest.param({"error": "invalid_client", "error_description": "AADSTS7000222\r\nTrace"}, False, id="expired"),
        pytest.param({"error": "temporarily_unavailable"}, True, id="later"),
    ],
)  # fmt: skip
def test_a_refused_token_is_told(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], temporary: bool) -> None:
    microsoft(monkeypatch, answer)
    with pytest.raises(TokenError) as told:
        token(APP, "scope")
    assert told.value.temporary is temporary
    assert "s3cret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SECRET", "s3cret")
    monkeypatch.setitem(sys.modules, "msal", None)
    with pytest.raises(TokenError, match="msal"):
        token(APP, "scope")
