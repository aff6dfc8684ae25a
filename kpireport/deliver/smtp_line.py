"""What goes over the line to a mail server, and what its answers and failures mean."""

from __future__ import annotations

import re
import socket
import ssl

from kpireport.deliver.transport import DeliveryStatus, SendResult
from kpireport.resources import os_reason


def listening(line: socket.socket) -> bool:
    """Return whether the server still waits for the rest; one that has closed or spoken before the dot does not.

    Without this look a line that broke in the content might seem whole, for the system takes the bytes all the same.
    """
    line.settimeout(0)
    try:
        line.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    return False


def stuffed(message: bytes) -> bytes:
    """Return a message as it goes over the line: CRLF everywhere, a dot before a dot, without the final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def own_name(address: str) -> str:
    """Return the name to greet with: this machine's, or its address where it has no full one, which relays ask for."""
    name = socket.gethostname()
    if "." in name and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", name):
        return name
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def negative(code: int, words: bytes) -> SendResult:
    """Return what a refusal means: 5xx is final, 421 closes the line, all else may be tried later."""
    reply = shown(code, words)
    if code // 100 == 5:
        return SendResult(DeliveryStatus.REFUSED, reply)
    return SendResult(DeliveryStatus.AGAIN, reply, broken=code in (421, -1))


def shown(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())[:300]


def words_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate cannot be trusted: {error.verify_message}"
    return " ".join(os_reason(error).split())[:300]
