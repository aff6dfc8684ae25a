"""What a message says in a language, for tests that read it."""

from __future__ import annotations

from kpireport import languages
from kpireport.core.messages import Message


def said(message: Message, tag: str = "en") -> str:
    return languages.load(tag).text(message)
