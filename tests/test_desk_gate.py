"""The gate of the desk: who may ask, what each answer forbids the browser, what another page can do: nothing."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kpireport import languages
from kpireport.desk import serving
from kpireport.desk.folder import Folder
from kpireport.desk.gate import HOST, MOST_WRONG, ONCE_SECONDS, Gate
from kpireport.desk.serving import DeskServer, alone, knock
from kpireport.desk.web import DeskPage
from kpireport.desk.work import Work
from tests.batching import TOML, save

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
SALES = "KPI | Department | 2026-09 | 2026-10\nSales | North | 11 | 12\nSales | South | 21 | 22"


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.content)


@dataclass
class Visitor:
    """One who asks a desk, with whatever headers: a browser that was let in, unless it is said otherwise."""

    desk: DeskServer
    cookie: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answered:
        gate = self.desk.gate
        usual: dict[str, str | None] = {"Host": f"{HOST}:{gate.port}", "Cookie": self.cookie}
        if method == "POST":
            usual |= {"Origin": gate.origin, "X-Desk": gate.page, "Content-Type": "application/json"}
        sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection(HOST, gate.port, timeout=20)) as connection:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            if method == "POST" and "Content-Length" not in sent:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answered(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def enter(self) -> Answered:
        answer = self.ask("GET", self.desk.address.partition(str(self.desk.gate.port))[2])
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "kpireport.toml").write_text(TOML, "utf-8")
    save(tmp_path / "inbox" / "sales.xlsx", Sales=SALES)
    return tmp_path


@pytest.fixture
def visitor(home: Path) -> Iterator[Visitor]:
    work = Work(Folder(home / "kpireport.toml"), languages.load("en"))
    desk = DeskServer(lambda gate, running: DeskPage(gate, running, work))
    made = Visitor(desk)
    made.enter()
    yield made
    desk.close()


def test_the_address_is_good_once_and_becomes_a_cookie_that_scripts_cannot_read(visitor: Visitor) -> None:
    address = visitor.desk.address
    path = address.partition(str(visitor.desk.gate.port))[2]
    first = visitor.ask("GET", path, Cookie=None)
    assert (first.status, first.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(first.headers["set-cookie"].split("; "))
    assert "Domain" not in first.headers["set-cookie"]
    assert visitor.ask("GET", path, Cookie=None).status == 403
    assert visitor.ask("GET", "/").status == 200
    assert visitor.ask("GET", "/", Cookie=None).status == 403


def test_an_address_is_not_good_after_a_minute() -> None:
    now = [0.0]
    gate = Gate(1, clock=lambda: now[0])
    early, late = (gate.invitation().partition("once=")[2] for _ in range(2))
    now[0] = ONCE_SECONDS
    assert gate.enters(early)
    now[0] += 0.1
    assert not gate.enters(late)


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1", "evil.example:{port}", "127.0.0.1:1", "[::1]:{port}", ""]
)
def test_another_host_gets_nothing(visitor: Visitor, host: str) -> None:
    answer = visitor.ask("GET", "/api/home", Host=host.format(port=visitor.desk.gate.port))
    assert answer.status in (400, 421)  # a request without Host is refused by the server itself
    assert b"sales" not in answer.content
    assert answer.status == 400 or answer.content == b""


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Cookie": None}, id="without the cookie"),
        pytest.param({"Cookie": "kpireport-desk=guess"}, id="with a cookie of another name"),
        pytest.param({"X_Desk": None}, id="without the secret of the page"),
        pytest.param({"X_Desk": "guess"}, id="with a wrong one"),
        pytest.param({"Origin": None}, id="without an origin"),
        pytest.param({"Origin": "http://evil.example"}, id="from another origin"),
        pytest.param({"Origin": "null"}, id="from a frame of its own origin, as a report has it"),
        pytest.param({"Sec_Fetch_Site": "cross-site"}, id="as the browser says: from another site"),
        pytest.param({"Sec_Fetch_Site": "same-site"}, id="from another port of this computer"),
        pytest.param({"Content_Type": "text/plain"}, id="as a form of another page could send it"),
        pytest.param({"Content_Type": "application/x-www-form-urlencoded"}, id="as a form"),
    ],
)
def test_no_such_request_changes_anything(visitor: Visitor, home: Path, headers: dict[str, str | None]) -> None:
    (home / "kpireport.toml").unlink()
    body = b'{"with": "own"}'
    refused = visitor.ask("POST", "/api/start", body, **headers)
    assert refused.status in (403, 413, 415)
    assert not (home / "kpireport.toml").exists()
    assert visitor.ask("POST", "/api/start", body).status == 200
    assert (home / "kpireport.toml").exists()


def test_more_than_a_person_can_type_is_not_read(visitor: Visitor, home: Path) -> None:
    (home / "kpireport.toml").unlink()
    body = json.dumps({"with": "own", "more": "x" * 70_000}).encode()
    assert visitor.ask("POST", "/api/start", body).status == 413
    assert not (home / "kpireport.toml").exists()


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "HEAD"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    answer = visitor.ask(method, "/api/home")
    assert answer.status == 405
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("path", ["/", "/api/home", "/files/desk.js", "/files/desk.css", "/api/none", "/files/gate.py"])
def test_every_answer_forbids_what_the_page_does_not_need(visitor: Visitor, path: str) -> None:
    headers = visitor.ask("GET", path).headers
    assert headers["content-security-policy"].startswith(POLICY)
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert not any(name.startswith("access-control") for name in headers)


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_the_page(visitor: Visitor) -> None:
    served = [visitor.ask("GET", path).content.decode() for path in ("/", "/files/desk.js", "/files/desk.css")]
    assert all(len(text) > 500 and "//" not in text for text in served)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", served[0])
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", served[1])


@pytest.mark.parametrize(
    "path",
    ["/files/..%2fgate.py", "/files/../gate.py", "/files/desk.html", "/files/%2fetc%2fpasswd", "/api/w/..%2f..%2fx",
     "/api/w/sales.xlsx", "/api/w/w000000000000/report.html"],
)  # fmt: skip
def test_no_file_is_reached_by_its_path(visitor: Visitor, path: str) -> None:
    answer = visitor.ask("GET", path)
    assert answer.status == 404
    assert answer.data["error"] in ("unknown", "gone")


@pytest.mark.parametrize(
    "name",
    ["../evil.xlsx", "..%5Cevil.xlsx", "%2Ftmp%2Fevil.xlsx", "a%00.xlsx", ".hidden.xlsx", "~%24a.xlsx", "evil.exe",
     "evil", "", "a:b.xlsx", "a%0Ab.xlsx", "x" * 300 + ".xlsx"],
)  # fmt: skip
def test_no_file_is_written_outside_of_the_drop_folder(visitor: Visitor, home: Path, name: str) -> None:
    before = {path for path in home.parent.rglob("*") if ".kpireport" not in path.parts}
    content = (home / "inbox" / "sales.xlsx").read_bytes()
    answer = visitor.ask("POST", f"/api/workbooks?name={name}", content, Content_Type="application/octet-stream")
    assert (answer.status, answer.data["error"]) == (400, "upload_name")
    assert {path for path in home.parent.rglob("*") if ".kpireport" not in path.parts} == before


def test_what_is_no_workbook_is_not_taken(visitor: Visitor, home: Path) -> None:
    answer = visitor.ask("POST", "/api/workbooks?name=a.xlsx", b"<html>", Content_Type="application/octet-stream")
    assert (answer.status, answer.data["error"]) == (400, "upload_workbook")
    assert [path.name for path in (home / "inbox").iterdir()] == ["sales.xlsx"]


def test_a_workbook_is_replaced_only_after_a_yes(visitor: Visitor, home: Path) -> None:
    place = home / "inbox" / "sales.xlsx"
    before = place.read_bytes()
    save(home / "other.xlsx", Sales=SALES.replace("12", "13"))
    content = (home / "other.xlsx").read_bytes()
    asked = visitor.ask("POST", "/api/workbooks?name=sales.xlsx", content, Content_Type="application/octet-stream")
    assert (asked.status, asked.data["error"], place.read_bytes()) == (409, "upload_exists", before)
    path = "/api/workbooks?name=sales.xlsx&then=replace"
    assert visitor.ask("POST", path, content, Content_Type="application/octet-stream").status == 200
    assert place.read_bytes() == content


def test_a_link_in_the_drop_folder_is_no_workbook(
    visitor: Visitor, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.xlsx"
    save(secret, Sales=SALES)
    (home / "inbox" / "link.xlsx").symlink_to(secret)
    assert [each["file"] for each in visitor.ask("GET", "/api/home").data["workbooks"]] == ["sales.xlsx"]


def test_many_wrong_secrets_end_the_desk(visitor: Visitor) -> None:
    for _ in range(MOST_WRONG):
        assert visitor.ask("GET", "/open?once=guess", Cookie=None).status == 403
    visitor.desk.wait()  # returns


def test_a_request_without_any_secret_is_no_guess(visitor: Visitor) -> None:
    for _ in range(MOST_WRONG + 1):
        visitor.ask("GET", "/", Cookie=None)
    assert not visitor.desk.gate.beset


def test_a_desk_that_nobody_looks_at_ends(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "LOOKS", 0.01)
    visitor.desk.wait(idle=0.0)  # returns


def test_close_ends_the_desk(visitor: Visitor) -> None:
    assert visitor.ask("POST", "/api/close", b"{}").status == 200
    visitor.desk.wait()  # returns


def test_a_second_start_opens_the_running_desk(
    visitor: Visitor, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("own")
    monkeypatch.setattr(serving.platformdirs, "user_state_dir", lambda *_, **__: str(own))
    with alone(home) as note:
        assert note is not None
        note(visitor.desk.gate)
        (noted,) = [path for path in (own / "desk").iterdir() if path.suffix != ".lock"]
        assert noted.stat().st_mode & 0o077 == 0
        with alone(home) as second:
            assert second is None
            address = knock(home)
        assert visitor.ask("GET", address.partition(str(visitor.desk.gate.port))[2], Cookie=None).status == 303
        assert visitor.ask("POST", "/knock", b"{}", X_Desk="guess").status == 403
    assert not noted.exists()


def test_what_a_workbook_holds_is_text(visitor: Visitor, home: Path) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    save(home / "inbox" / "hostile.xlsx", Sales=f"KPI | 2026-09 | 2026-10\n{hostile} | 11 | 12")
    listed = {each["file"]: each["id"] for each in visitor.ask("GET", "/api/home").data["workbooks"]}
    tile = visitor.ask("GET", f"/api/w/{listed['hostile.xlsx']}/s/0/cells?r=1&c=1")
    assert tile.headers["content-type"] == "application/json; charset=utf-8"
    assert tile.data["rows"]["2"][0] == "<script>alert(1)</script>\N{REPLACEMENT CHARACTER}"
    report = visitor.ask("GET", f"/api/w/{listed['hostile.xlsx']}/report.html")
    assert report.headers["content-security-policy"] == "sandbox allow-scripts; frame-ancestors 'self'"
    assert b"<script>alert(1)" not in report.content
