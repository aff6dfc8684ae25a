"""Microsoft 365 through Graph, against a stand-in that loses its answers."""

from __future__ import annotations

import base64
import json
import random
import threading
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from kpireport.core.mailing import MailSettings, Secret, SecretKind
from kpireport.deliver.entry import MessageState
from kpireport.deliver.transports.graph import Graph
from tests.mailing import TODAY, Clock, parsed, people, post, product, settings, stopped
from tests.saying import said

if TYPE_CHECKING:
    from pathlib import Path

    from kpireport.deliver.post import Post


class Tenant(ThreadingHTTPServer):
    """One mailbox. lose: the chance that a request is done and its answer lost. once: what it answers next, by step."""

    daemon_threads = True

    def __init__(self, *, lose: float = 0.0, token: str = "good") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lose, self.token, self.chance = lose, token, random.Random(5)
        self.drafts: dict[str, bytes] = {}
        self.sent: dict[str, bytes] = {}
        self.delivered: Counter[str] = Counter()
        self.once: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.requests: Counter[str] = Counter()

    def __enter__(self) -> Tenant:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """A lost answer is what the tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1.0"


class _Handler(BaseHTTPRequestHandler):
    server: Tenant

    def log_message(self, *_: object) -> None:
        return None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if not self.allowed():
            return
        if self.path == "/v1.0/users/kpi%40example.com/messages" or self.path.endswith("kpi@example.com/messages"):
            self.draft(body)
        elif self.path.endswith("/send"):
            self.send_draft(self.path.split("/")[-2])
        else:
            self.answer(400, {"error": {"message": self.path}})

    def do_GET(self) -> None:
        if not self.allowed():
            return
        self.server.requests["look"] += 1
        if "/mailFolders/" in self.path:
            self.answer(200, {"id": "drafts"})
            return
        known = self.path.split("/")[-1].partition("?")[0]
        if self.scripted("look"):
            return
        if known in self.server.drafts:
            self.answer(200, {"isDraft": True})
        elif known in self.server.sent:
            self.answer(200, {"isDraft": False})
        else:
            self.answer(404, {"error": {"message": "ErrorItemNotFound"}})

    def draft(self, body: bytes) -> None:
        self.server.requests["draft"] += 1
        if self.scripted("draft"):
            return
        assert self.headers["Prefer"] == 'IdType="ImmutableId"'
        number = f"id{len(self.server.drafts) + len(self.server.sent)}"
        self.server.drafts[number] = base64.b64decode(body)
        self.answer(201, {"id": number})

    def send_draft(self, number: str) -> None:
        self.server.requests["send"] += 1
        if self.scripted("send"):
            return
        if number not in self.server.drafts:
            self.answer(404, {"error": {"message": "ErrorItemNotFound"}})
            return
        content = self.server.sent[number] = self.server.drafts.pop(number)
        self.server.delivered[str(parsed(content)["Message-ID"])] += 1
        self.answer(202, {})

    def allowed(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {self.server.token}":
            return True
        self.answer(401, {"error": {"message": "InvalidAuthenticationToken"}}, lossless=True)
        return False

    def scripted(self, step: str) -> bool:
        answers = self.server.once.get(step)
        if not answers:
            return False
        status, headers = answers.pop(0)
        if status == 0:
            self.close_connection = True
            self.connection.close()
        else:
            self.answer(status, {"error": {"message": f"scripted {status}"}}, headers, lossless=True)
        return True

    def answer(
        self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None, *, lossless: bool = False
    ) -> None:
        if not lossless and self.server.chance.random() < self.server.lose:
            self.close_connection = True
            self.connection.close()
            return
        content = json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def by_graph(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, word: str = "good") -> MailSettings:
    monkeypatch.setenv("GRAPH_TOKEN", word)
    return settings(
        transport="graph", graph_url=tenant.url, token=Secret(SecretKind.ENV, ("GRAPH_TOKEN",)), per_minute=0,
        max_messages_per_run=1000,
    )  # fmt: skip


def office(folder: Path, mail: MailSettings, clock: Clock) -> Post:
    return post(folder, mail, clock, transport=Graph(mail, sleep=clock.sleep))


def test_drafts_are_made_and_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tenant() as tenant:
        one = office(tmp_path, by_graph(tenant, monkeypatch), Clock())
        one.put(product(*people(3)), today=TODAY)
        assert len(one.send().sent) == 3
        one.close()
        assert set(tenant.delivered.values()) == {1}
        assert (len(tenant.delivered), tenant.drafts) == (3, {})


def test_lost_answers_neither_double_nor_lose_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with Tenant(lose=0.3) as tenant:
        mail = by_graph(tenant, monkeypatch)
        office(tmp_path, mail, clock).put(product(*people(120)), today=TODAY)
        for _ in range(30):
            one = office(tmp_path, mail, clock)
            done = one.send()
            one.close()
            clock.now += 600
            if not done.deferred and not done.uncertain:
                break
        one = office(tmp_path, mail, clock)
        assert one.summary()["sent"] == 120
        one.close()
        assert len(tenant.delivered) == 120
        assert set(tenant.delivered.values()) == {1}


@pytest.mark.parametrize(
    ("once", "state", "delivered"),
    [
        pytest.param({"draft": [(429, {"Retry-After": "120"})]}, "queued", 0, id="too fast: later, as asked"),
        pytest.param({"draft": [(503, {})]}, "queued", 0, id="busy: later"),
        pytest.param({"draft": [(0, {})]}, "queued", 0, id="no answer to the draft: nothing was sent"),
        pytest.param({"draft": [(400, {})]}, "failed", 0, id="refused"),
        pytest.param({"draft": [(403, {})]}, "queued", 0, id="not allowed: the settings' fault"),
        pytest.param({"send": [(0, {})]}, "queued", 0, id="no answer to the sending, and it is still a draft"),
        pytest.param({"send": [(503, {})]}, "queued", 0, id="busy while sending, and it is still a draft"),
        pytest.param({"send": [(0, {})], "look": [(404, {})] * 4}, "uncertain", 0, id="no answer, and it is moving"),
        pytest.param({"send": [(0, {})], "look": [(0, {})] * 4}, "uncertain", 0, id="no answer to anything"),
    ],
)
def test_each_fault_of_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, once: dict[str, Any], state: str, delivered: int
) -> None:
    clock = Clock()
    with Tenant() as tenant:
        tenant.once = {step: list(answers) for step, answers in once.items()}
        mail = by_graph(tenant, monkeypatch)
        one = office(tmp_path, replace(mail, retry_minutes=0.0), clock)
        one.put(product(*people(1)), today=TODAY)
        one.send()
        (entry,) = one.ledger().entries()
        assert (entry.state, len(tenant.delivered)) == (state, delivered)
        if "Retry-After" in str(once):
            assert entry.not_before >= clock.now + 119
        clock.now += 3600
        one.send()
        (entry,) = one.ledger().entries()
        assert entry.state == ("failed" if state == "failed" else "sent")
        assert sum(tenant.delivered.values()) == (state != "failed")
        one.close()


def test_a_message_that_cannot_be_found_again_is_never_sent_a_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with Tenant() as tenant:
        mail = by_graph(tenant, monkeypatch)
        one = office(tmp_path, mail, clock)
        one.put(product(*people(1)), today=TODAY)
        tenant.once = {"send": [(0, {})]}
        one.send()
        tenant.drafts.clear()
        clock.now += 3600
        for _ in range(3):
            one.send()
            clock.now += 3600
        (entry,) = one.ledger().entries()
        assert (entry.state, tenant.requests["send"]) in {("uncertain", 1), ("uncertain", 2), ("sent", 2)}
        assert sum(tenant.delivered.values()) <= 1
        one.close()


def test_an_expired_token_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tenant() as tenant:
        mail = by_graph(tenant, monkeypatch, "expired")
        one = office(tmp_path, mail, Clock())
        one.put(product(*people(50)), today=TODAY)
        done = one.send()
        one.close()
        assert (stopped(done), len(done.deferred), tenant.delivered) == ("TOKEN_REFUSED", 50, Counter())
        assert "expired" not in "".join(said(d.problem) for d in done.diagnostics)


def test_a_token_that_expires_while_sending_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tenant() as tenant:
        mail = by_graph(tenant, monkeypatch)
        graph = Graph(mail)
        graph._token = "old"
        one = post(tmp_path, mail, Clock(), transport=graph)
        one.put(product(*people(2)), today=TODAY)
        assert len(one.send().sent) == 2
        one.close()


def test_trying_out_signs_in_and_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Tenant() as tenant:
        answer = Graph(by_graph(tenant, monkeypatch)).try_out()
        assert answer.fate.value == "sent"
        assert (tenant.drafts, tenant.sent) == ({}, {})
        assert Graph(by_graph(tenant, monkeypatch, "wrong")).try_out().stop is not None


@pytest.mark.parametrize(
    ("arrived", "deleted"),
    [
        pytest.param(False, True, id="it had not left, and someone has deleted the draft"),
        pytest.param(True, True, id="it had left, and was filed away where it cannot be seen"),
        pytest.param(False, False, id="it is still there as a draft"),
    ],
)
def test_what_a_person_says_has_not_arrived_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrived: bool, deleted: bool
) -> None:
    with Tenant() as tenant:
        tenant.once = {"send": [(0, {})], "look": [(404, {})] * 8}
        one = office(tmp_path, replace(by_graph(tenant, monkeypatch), retry_minutes=0.0), Clock())
        one.put(product(*people(1)), today=TODAY)
        one.send()
        if arrived:
            (content,) = tenant.drafts.values()
            tenant.delivered[str(parsed(content)["Message-ID"])] += 1
        if deleted:
            tenant.drafts.clear()
        done = one.send()
        assert len(done.uncertain) == 1
        tenant.once = {}
        assert one.ledger().settle(
            done.uncertain[0], MessageState.QUEUED, 0.0, allowed=(MessageState.UNCERTAIN,), reason="asked", anew=True
        )
        assert len(one.send().sent) == 1
        assert list(tenant.delivered.values()) == [1 + arrived]
        assert tenant.drafts == {}
        one.close()
