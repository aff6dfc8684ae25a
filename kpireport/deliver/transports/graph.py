"""Microsoft 365 through Graph: a draft is made, its id is noted, then it is sent. A lost answer can be looked up.

With immutable ids the draft and the copy in Sent Items are one message, and ``isDraft`` says whether it has left.
Rule: N11.
"""

from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kpireport.core import fields
from kpireport.core.addresses import display
from kpireport.core.catalogue import mail as problems
from kpireport.core.catalogue.settings_file import MISSING
from kpireport.core.mailing import SettingFault
from kpireport.deliver.entry import ASKED, Phase
from kpireport.deliver.tokens import OFFICE_PER_MINUTE, AppSettings, TokenError, token
from kpireport.deliver.transport import DeliveryStatus, SendResult, TransportKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry

MOST_BYTES = 2_900_000  # base64 of it is below the 4 MB that one request may have
SCOPE = "https://graph.microsoft.com/.default"
PATIENCE = 60.0  # seconds
LOOKS = (1.0, 2.0, 4.0)  # seconds between looks at a message that is on its way
BUSY = (408, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class GraphSettings(AppSettings):
    """One mailbox of Microsoft 365: the sender's where it is left out."""

    most_bytes: ClassVar[int | None] = MOST_BYTES
    tenant: str = fields.text(example='tenant = "the directory id"')
    client: str = fields.text(example='client = "the application id"')
    mailbox: str = fields.address()
    graph_url: str = fields.url("https://graph.microsoft.com/v1.0")

    @property
    def usual_rate(self) -> int:
        return OFFICE_PER_MINUTE

    def faults(self) -> Iterator[SettingFault]:
        """Yield what is right alone and wrong together."""
        if not (self.secret or self.certificate or self.token):
            yield SettingFault(MISSING, "secret", {"example": 'secret = { env = "GRAPH_SECRET" }'})


@dataclass(frozen=True, slots=True)
class Reply:
    """status: of HTTP; 0 where no answer came. data: what JSON it held. wait: seconds it asked for."""

    status: int
    data: dict[str, Any]
    words: str
    wait: float = 0.0


class Graph:
    """One mailbox of Microsoft 365."""

    def __init__(self, mail: MailSettings, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self.settings = mail.of(GraphSettings)
        self.mailbox = self.settings.mailbox or display(mail.sender)[1]
        self.host = urllib.parse.urlsplit(self.settings.graph_url).hostname or ""
        self._sleep = sleep
        self._token = ""

    def send(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Make the draft, unless an earlier attempt left one, note its id, and send it."""
        if len(entry.eml) > MOST_BYTES:
            return SendResult(
                DeliveryStatus.REFUSED, f"larger than {MOST_BYTES} bytes, which Graph does not take in one piece"
            )
        draft = entry.remote.removeprefix(ASKED)
        if draft:
            seen = self._look(draft)
            if seen is None:
                return SendResult(
                    DeliveryStatus.AGAIN, "the draft cannot be looked up now", stop=problems.SERVER_DOWN, down=True
                )
            if seen.fate is DeliveryStatus.SENT or (
                seen.fate is DeliveryStatus.UNKNOWN and entry.remote.startswith(ASKED)
            ):
                return seen
            if seen.fate is DeliveryStatus.UNKNOWN:
                draft = ""  # it was never asked to leave, or a person said that it has not; and someone removed it
        if not draft:
            body = base64.b64encode(entry.eml)
            made = self._call("POST", "/messages", body, "text/plain")
            if made.status != 201 or not isinstance(made.data.get("id"), str):
                return self._failed(made)
            draft = made.data["id"]
            mark(Phase.DRAFTED, draft)
        mark(Phase.DOT_SENT, f"{ASKED}{draft}")
        reply = self._call("POST", f"/messages/{urllib.parse.quote(draft, safe='')}/send", b"", "")
        if reply.status == 202:
            return SendResult(DeliveryStatus.SENT, f"accepted by Graph, id {draft}")
        if reply.status == 0 or (reply.status in BUSY and reply.status != 429):
            return self.found_out(draft, reply.words)
        return self._failed(reply)

    def found_out(self, draft: str, words: str) -> SendResult:
        """Return what became of a draft whose sending got no clear answer."""
        for wait in (*LOOKS, 0.0):
            seen = self._look(draft)
            if seen is not None and seen.fate is not DeliveryStatus.UNKNOWN:
                return seen
            self._sleep(wait)
        return SendResult(
            DeliveryStatus.UNKNOWN, f"no clear answer from Graph ({words}), and the message cannot be looked up"
        )

    def resolve(self, entry: Entry) -> SendResult | None:
        draft = entry.remote.removeprefix(ASKED)
        if not draft:
            return None
        return self._look(draft) or SendResult(DeliveryStatus.UNKNOWN, "Graph cannot be asked now", broken=True)

    def try_out(self) -> SendResult:
        reply = self._call("GET", "/mailFolders/drafts?$select=id", b"", "")
        if reply.status == 200:
            return SendResult(DeliveryStatus.SENT, f"signed in, mailbox {self.mailbox}")
        return self._failed(reply)

    def close(self) -> None:
        return None

    def _look(self, draft: str) -> SendResult | None:
        """Return SENT or AGAIN for a message that is there, UNKNOWN for one moving or gone; None without an answer."""
        reply = self._call("GET", f"/messages/{urllib.parse.quote(draft, safe='')}?$select=isDraft", b"", "")
        if reply.status == 200 and reply.data.get("isDraft") is True:
            return SendResult(DeliveryStatus.AGAIN, "it is still a draft")
        if reply.status == 200 and reply.data.get("isDraft") is False:
            return SendResult(DeliveryStatus.SENT, f"found among the sent, id {draft}")
        gone = f"the draft cannot be found, it has left and was moved, or was deleted ({reply.words})"
        return SendResult(DeliveryStatus.UNKNOWN, gone) if reply.status == 404 else None

    def _failed(self, reply: Reply) -> SendResult:
        if reply.status == 401:
            return SendResult(DeliveryStatus.AGAIN, reply.words, stop=problems.TOKEN_REFUSED)
        if reply.status == 403:
            return SendResult(DeliveryStatus.AGAIN, reply.words, stop=problems.SERVER_REFUSES)
        if reply.status == 0:
            return SendResult(DeliveryStatus.AGAIN, reply.words, stop=problems.SERVER_DOWN, down=True)
        if reply.status in BUSY or reply.status in (404, 409):
            return SendResult(DeliveryStatus.AGAIN, reply.words, wait=reply.wait, broken=reply.status != 429)
        return SendResult(DeliveryStatus.REFUSED, reply.words)

    def _call(self, method: str, path: str, body: bytes, kind: str) -> Reply:
        """Return the answer to one request; an expired token is renewed once."""
        reply = self._once(method, path, body, kind)
        if reply.status == 401:
            self._token = ""
            reply = self._once(method, path, body, kind)
        return reply

    def _once(self, method: str, path: str, body: bytes, kind: str) -> Reply:
        try:
            self._token = self._token or token(self.settings, SCOPE)
        except TokenError as error:
            return Reply(0 if error.temporary else 401, {}, str(error))
        url = f"{self.settings.graph_url}/users/{urllib.parse.quote(self.mailbox)}{path}"
        headers = {"Authorization": f"Bearer {self._token}", "Prefer": 'IdType="ImmutableId"'}
        if kind:
            headers["Content-Type"] = kind
        request = urllib.request.Request(url, body if method == "POST" else None, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - https, from the settings
                return Reply(answer.status, _json(answer.read()), f"{answer.status}")
        except urllib.error.HTTPError as error:
            with error:
                data = _json(error.read())
            said = data.get("error", {})
            words = said.get("message", "") if isinstance(said, dict) else str(said)
            return Reply(error.code, data, f"{error.code} {words}".strip()[:300], _seconds(error.headers))
        except (OSError, http.client.HTTPException) as error:
            return Reply(0, {}, f"no answer: {getattr(error, 'reason', None) or type(error).__name__}")


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(headers: Any) -> float:
    text = str(headers.get("Retry-After", "")) if headers else ""
    return min(float(text), 3600.0) if text.isdigit() else 0.0


GRAPH = TransportKind(GraphSettings, Graph)
