"""Fetch a secret from where the settings say it is kept. It is never logged, and no error repeats it. Rule: N10."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kpireport.core.extras import install
from kpireport.core.mailing import SecretKind
from kpireport.core.registry import complete
from kpireport.resources import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kpireport.core.mailing import Secret

PATIENCE = 60  # seconds for a command
LARGEST = 100_000  # bytes
HIDDEN = "***"
WORD = re.compile(r"[^\s\"'<>(),;:]{6,}")  # shorter ones may stand in a secret by chance
WEAK = ("fail", "null", "chainer", "alt")  # keyrings that keep nothing, or keep it in the open


class SecretError(Exception):
    """A secret that cannot be had, and why; in words that do not hold it."""


def fetch(secret: Secret) -> str:
    """Return the secret. Raises SecretError."""
    found = FETCHERS[secret.kind](secret.value).rstrip("\r\n")
    if not found:
        raise SecretError("it is empty")
    return found


def named(secret: Secret) -> str:
    """Return where a secret is kept, for messages; of a command only the program."""
    return f"{secret.kind} {secret.value[0]}"


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return a server's words without what was said to it in confidence, which some repeat in a refusal.

    secrets: passwords and tokens, as they are and as they went over the line. A word that is a part of one is one too,
    for replies are cut.
    """
    confidential = [secret for secret in secrets if secret]
    for secret in confidential:
        text = text.replace(secret, HIDDEN)
    return WORD.sub(lambda word: HIDDEN if any(word[0] in secret for secret in confidential) else word[0], text)


def _env(value: tuple[str, ...]) -> str:
    try:
        return os.environ[value[0]]
    except KeyError:
        raise SecretError("there is no such environment variable") from None


def _file(value: tuple[str, ...]) -> str:
    path = Path(value[0]).expanduser()
    try:
        if sys.platform != "win32" and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise SecretError("everybody on this computer may read the file; run chmod 600 on it")
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise SecretError(os_reason(error)) from None
    except UnicodeDecodeError:
        raise SecretError("the file is not UTF-8 text") from None


def _credential(value: tuple[str, ...]) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretError("there is no CREDENTIALS_DIRECTORY; systemd sets it for LoadCredential=")
    path = Path(folder) / value[0]
    if path.parent != Path(folder):
        raise SecretError("a credential is a plain name")
    try:
        return path.read_bytes()[:LARGEST].decode("utf-8-sig")
    except OSError as error:
        raise SecretError(os_reason(error)) from None
    except UnicodeDecodeError:
        raise SecretError("it is not UTF-8 text") from None


def _keyring(value: tuple[str, ...]) -> str:
    try:
        import keyring
    except ModuleNotFoundError:
        raise SecretError(f"the package keyring is not installed: {install('keyring')}") from None
    service, _, user = value[0].partition("/")
    kind = type(keyring.get_keyring()).__module__
    if any(part in WEAK for part in kind.split(".")):
        raise SecretError("this account has no keyring that keeps secrets safely")
    try:
        found = keyring.get_password(service, user)
    except Exception as error:
        raise SecretError(f"the keyring failed: {type(error).__name__}") from None
    if found is None:
        raise SecretError("the keyring of this account has no such entry")
    return str(found)


def _command(value: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(value, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - the settings name it
    except (OSError, subprocess.SubprocessError) as error:
        raise SecretError(f"the command failed: {type(error).__name__}") from None
    if done.returncode != 0:
        raise SecretError(f"the command ended with {done.returncode}")
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""


FETCHERS = complete(
    SecretKind,
    {
        SecretKind.ENV: _env,
        SecretKind.FILE: _file,
        SecretKind.CREDENTIAL: _credential,
        SecretKind.KEYRING: _keyring,
        SecretKind.COMMAND: _command,
    },
)
