"""Mail servers that misbehave on purpose, on loopback."""

from __future__ import annotations

import random
import re
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE | re.IGNORECASE)


@dataclass
class Script:
    """What a server answers, by step: greeting, ehlo, mail, rcpt, data, dot.

    A text is said. "reset" and "close" end the line before an answer, "hang" waits; "stored, reset" keeps the message
    first. "reset in the body" breaks while it is read. {line} in an answer is what was heard. A list gives one answer
    after the other; the last one stays.
    """

    answers: dict[str, Any] = field(default_factory=dict)

    def of(self, step: str, otherwise: str) -> str:
        found = self.answers.get(step, otherwise)
        if isinstance(found, list):
            return str(found.pop(0) if len(found) > 1 else found[0])
        return str(found)


class Misbehaving(socketserver.ThreadingTCPServer):
    """A server that follows a script and counts what it has stored, by Message-ID."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, script: Script | None = None, *, delay: float = 0.0, cut: float = 0.0, seed: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.script = script or Script()
        self.delay, self.cut = delay, cut
        self.chance = random.Random(seed)
        self.stored: Counter[str] = Counter()
        self.confirmed: Counter[str] = Counter()
        self.recipients: list[str] = []
        self.sessions = 0
        self.released = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Misbehaving:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A client that was killed is what the tests are about."""


class _Session(socketserver.StreamRequestHandler):
    server: Misbehaving
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.server.sessions += 1
        if not self.say("greeting", "220 misbehaving"):
            return
        to = ""
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb in (b"EHLO", b"HELO"):
                going = self.say("ehlo", "250-misbehaving\r\n250 SIZE 10000000")
            elif verb == b"MAIL":
                going = self.say("mail", "250 ok")
            elif verb == b"RCPT":
                to = line.decode().split("<")[1].split(">")[0]
                going = self.say("rcpt", "250 ok")
            elif verb == b"DATA":
                going = self.say("data", "354 go ahead") and (not self.data_agreed or self.content(to))
            elif verb == b"QUIT":
                self.write("221 bye")
                going = False
            else:
                heard = line.decode().strip()
                going = self.act(self.server.script.of(verb.decode().lower(), "250 ok").replace("{line}", heard))
            if not going:
                return

    def content(self, to: str) -> bool:
        lines = []
        if self.server.script.of("body", "") == "reset":
            self.rfile.readline()
            return self.end(hard=True)
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        answer = self.server.script.of("dot", "250 stored")
        known = MESSAGE_ID.search(b"".join(lines))
        key = known.group(1).decode() if known else "?"
        if answer.startswith(("250", "stored", "nonsense")):
            self.server.stored[key] += 1
            self.server.recipients.append(to)
        if self.server.delay:
            time.sleep(self.server.chance.uniform(0, self.server.delay))
        if self.server.cut and self.server.chance.random() < self.server.cut:
            return self.end(hard=True)
        if answer.startswith("stored, "):
            answer = answer.removeprefix("stored, ")
        if answer.startswith("250"):
            self.server.confirmed[key] += 1
        return self.act(answer)

    data_agreed = True

    def say(self, step: str, otherwise: str) -> bool:
        answer = self.server.script.of(step, otherwise)
        if step == "data":
            self.data_agreed = answer.startswith("354")
        return self.act(answer)

    def act(self, answer: str) -> bool:
        if answer == "reset":
            return self.end(hard=True)
        if answer == "close":
            return self.end(hard=False)
        if answer == "hang":
            self.server.released.wait(20)
            return False
        hard = answer.endswith(", then reset")
        self.write(answer.removesuffix(", then reset"))
        return not hard or self.end(hard=True)

    def write(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")

    def end(self, *, hard: bool) -> bool:
        """Close the line: with a reset, or politely."""
        if hard:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return False
