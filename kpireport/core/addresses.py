"""E-mail addresses: which can be written to, how they are shown in logs, and how a display name is parted from one.

Strict on purpose: what a server might read otherwise than we do is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata

from kpireport.core.messages import Message

LONGEST = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
ANY = re.compile(r"[^\s<>@,;:\"'()/\\]+@[^\s<>@,;:\"'()/\\]+")
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def unusable(address: str) -> Message | None:
    """Return why ``address`` cannot be written to; None where it can."""
    if not address.strip():
        return Message("problems.address.empty")
    for c in address:
        if unicodedata.category(c).startswith(("C", "Z")):
            return Message("problems.address.invisible")
        if ord(c) > 126:
            name = unicodedata.name(c, "a character").lower()
            return Message("problems.address.letter", {"letter": c, "name": name})
    if any(c in address for c in ',;<>()"[]:\\'):
        return Message("problems.address.several")
    local, at, host = address.rpartition("@")
    if not at or not LOCAL.fullmatch(local) or len(local) > 64 or len(address) > LONGEST:
        return Message("problems.address.form")
    labels = host.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return Message("problems.address.form")
    return None


def domain(address: str) -> str:
    """Return what stands after the @, in lower case."""
    return address.rpartition("@")[2].casefold()


def without_tag(address: str) -> str:
    """Return an address in lower case and without what many servers ignore: ``anna+kpi@`` arrives at ``anna@``."""
    local, at, host = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}{at}{host}"


def masked(address: str) -> str:
    """Return an address as it may stand in a log: ``c***@example.com``."""
    local, at, host = address.rpartition("@")
    return f"{local[:1]}***@{host}" if at else "***"


def hidden(text: str) -> str:
    """Return a server's words with every address in them masked."""
    return ANY.sub(lambda found: masked(found[0]), text)


def display(text: str) -> tuple[str, str]:
    """Return name and address of ``KPI reports <kpi@example.com>``; a text without brackets is an address."""
    found = re.fullmatch(r"\s*(.*?)\s*<([^<>]*)>\s*", text, re.DOTALL)
    return (plain_name(found.group(1).strip('"')), found.group(2).strip()) if found else ("", text.strip())


def plain_name(text: str) -> str:
    """Return a display name on one line: no line breaks, no control or direction marks, at most 80 characters."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(kept.split())[:80].strip()
