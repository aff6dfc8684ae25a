"""Workbooks that a password opens. Nothing is written to the disk: bytes come in, bytes go out.

msoffcrypto-tool (the extra ``protected``) does the work, in a process of its own: what it is given is a container of
unknown origin with XML inside.
"""

from __future__ import annotations

import importlib.util
import io
import re
from typing import TYPE_CHECKING

from kpireport.core.catalogue import files
from kpireport.excel import aside

if TYPE_CHECKING:
    from kpireport.core.diagnostics import Diagnostic, Where
    from kpireport.excel.limits import Limits

MOST_ROUNDS = 1_000_000  # of hashing the password; Excel does 100,000
_ROUNDS = re.compile(rb'spinCount="([0-9]{1,20})"')
_KINDS = {"password": files.PASSWORD_WRONG, "rounds": files.PASSWORD_ROUNDS}


def opened(data: bytes, password: str | None, where: Where, limits: Limits) -> bytes | Diagnostic:
    """Return the workbook inside a protected one, or why it cannot be had."""
    if not password:
        return files.PASSWORD_PROTECTED.at(where)
    if importlib.util.find_spec("msoffcrypto") is None:
        return files.PASSWORD_TOOL.at(where)
    try:
        plain = aside.run("decrypt", data, password=password)
    except aside.Failed as failed:
        return _KINDS.get(failed.reason, files.PASSWORD_DAMAGED).at(where, limit=MOST_ROUNDS)
    if len(plain) > limits.file:
        return files.FILE_TOO_LARGE.at(where, limit=limits.file // 1_000_000)
    return plain


def closed(data: bytes, password: str) -> bytes | None:
    """Return a workbook with a password, or None where that cannot be done."""
    try:
        return aside.run("encrypt", data, password=password)
    except aside.Failed:
        return None


def decrypt(data: bytes, *, password: str) -> bytes:
    """Open a protected workbook, in a process of its own; raises ``Failed``."""
    import msoffcrypto
    from msoffcrypto.exceptions import InvalidKeyError

    rounds = _ROUNDS.search(data)
    if rounds and int(rounds[1]) > MOST_ROUNDS:
        raise aside.Failed("rounds")
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    out = io.BytesIO()
    try:
        file.load_key(password=password, verify_password=True)
        if getattr(file, "type", "") == "agile":
            file.decrypt(out, verify_integrity=True)
        else:
            file.decrypt(out)
    except InvalidKeyError as error:
        raise aside.Failed("password") from error
    return out.getvalue()


def encrypt(data: bytes, *, password: str) -> bytes:
    """Protect a workbook, in a process of its own."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()
