"""Our own SMTP transaction: one message, one recipient, and never a doubt about which byte gives it away.

Python's smtplib connects, greets and encrypts. From MAIL on each step is ours, because smtplib raises the same error
whether the line broke before the final dot or after it. Waiting times are those of RFC 5321 section 4.5.3.2: a short
one after the dot is what creates duplicates (RFC 1047).
"""

from __future__ import annotations

import base64
import functools
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from kpireport.core import fields
from kpireport.core.addresses import display
from kpireport.core.catalogue import mail as problems
from kpireport.core.catalogue.settings_file import MISSING
from kpireport.core.mailing import LOOPBACK, Secret, SettingFault
from kpireport.core.registry import complete
from kpireport.deliver.entry import Phase
from kpireport.deliver.imap import Account, Archive, found
from kpireport.deliver.secrets import SecretError, fetch, named, without_secrets
from kpireport.deliver.smtp_line import listening, negative, own_name, shown, stuffed, words_of
from kpireport.deliver.tokens import OFFICE_PER_MINUTE, AppSettings, TokenError, token
from kpireport.deliver.transport import DeliveryStatus, Security, SendResult, TransportKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kpireport.core.diagnostics import Problem
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.entry import Entry

PORTS = complete(Security, {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25})
OFFICE = "office365"  # in the names of Microsoft 365's servers
SCOPE = "https://outlook.office365.com/.default"
REFUSALS = 3  # in a row, of the sender or by policy (5.7.x), after which we are the fault and not the message
UNSIGNED = (530, 534, 535, 538)  # "sign in first", also in the middle: a token may have run out
POLICY = re.compile(r"5\d\d[ -]5\.7\.")
BREAKS = 3  # broken lines in a row, after which the server counts as down
TOO_LARGE = 552


class Auth(StrEnum):
    """How a mail server is signed in to."""

    PASSWORD = "password"  # noqa: S105 - no password
    XOAUTH2 = "xoauth2"


@dataclass(frozen=True, slots=True)
class SmtpSettings(AppSettings):
    """A mail server. authority: a file of certificates that are trusted, in place of the system's."""

    host: str = fields.text(example='host = "smtp.example.com"')
    security: Security = fields.choice(Security.STARTTLS)
    port: int = fields.integer(0, least=1, most=65535)
    user: str = fields.text()
    password: Secret | None = fields.secret()
    auth: Auth = fields.choice(Auth.PASSWORD)
    authority: Path | None = fields.path()
    archive: Archive | None = fields.table(Archive)

    def __post_init__(self) -> None:
        if not self.port:
            object.__setattr__(self, "port", PORTS[self.security])

    @property
    def usual_rate(self) -> int:
        """What Microsoft 365 takes from one mailbox; other servers say themselves when it is too much."""
        return OFFICE_PER_MINUTE if OFFICE in self.host else 0

    @property
    def copies_to(self) -> Mapping[str, str]:
        """The mailbox in which a copy of each mail can be found, where the server keeps none itself."""
        return {"archive": self.archive.bcc} if self.archive is not None and self.archive.bcc else {}

    def faults(self) -> Iterator[SettingFault]:
        """Yield what is right alone and wrong together."""
        signs_in = self.user or self.password or self.token
        if signs_in and self.security is Security.NONE and self.host not in LOOPBACK:
            yield SettingFault(problems.PASSWORD_IN_THE_CLEAR, "security")
        if self.password and not self.user:
            yield SettingFault(MISSING, "user", {"example": 'user = "kpi@example.com"'})
        if self.user and self.auth is Auth.PASSWORD and self.password is None:
            yield SettingFault(MISSING, "password", {"example": 'password = { env = "SMTP_PASSWORD" }'})
        by_app = self.tenant and self.client and (self.secret or self.certificate)
        if self.auth is Auth.XOAUTH2 and not (self.token or by_app):
            yield SettingFault(MISSING, "token", {"example": 'token = { command = ["get-token"] }'})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that an answer is waited for, by phase."""

    connect: float = 30.0
    command: float = 300.0
    dot: float = 600.0
    goodbye: float = 5.0


class StopError(Exception):
    """No connection, or no signing in. down: it may be otherwise in a minute."""

    def __init__(self, kind: Problem, reply: str, *, down: bool = False) -> None:
        super().__init__(reply)
        self.kind = kind
        self.reply = reply
        self.down = down


class Smtp:
    """A mail server that is kept connected from one message to the next."""

    def __init__(self, mail: MailSettings, patience: Patience | None = None) -> None:
        self.settings = mail.of(SmtpSettings)
        self.sender = display(mail.sender)[1]
        self.host = self.settings.host
        self.patience = patience or Patience()
        self._line: smtplib.SMTP | None = None
        self._secrets: tuple[str, ...] = ()  # what no reply may show
        self._refusals = 0
        self._breaks = 0

    # ---- the transport

    def send(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Hand one message over; a line that went stale between two messages is opened anew, once.

        So is one whose signing in has run out: a fresh token may be had, and a wrong password is refused once more.
        """
        stale = self._line is not None
        answer = self._attempt(entry, mark)
        if stale and (answer is None or answer.stop is problems.SIGN_IN_REFUSED):
            self._drop()
            answer = self._attempt(entry, mark)
        if answer is None:
            answer = SendResult(DeliveryStatus.AGAIN, "the server closed the connection", broken=True)
        answer = self._discreet(answer)
        self._breaks = self._breaks + 1 if answer.broken else 0
        return replace(answer, down=True) if answer.broken and self._breaks >= BREAKS else answer

    def resolve(self, entry: Entry) -> SendResult | None:
        """Look for the message in the archive, where there is one; that it is not there proves nothing."""
        return self._filed(entry.message_id)

    def try_out(self) -> SendResult:
        try:
            self._connected()
        except StopError as error:
            return self._discreet(SendResult(DeliveryStatus.AGAIN, error.reply, stop=error.kind, down=error.down))
        self.close()
        said = "connected and signed in" if self.settings.user or self.settings.token else "connected"
        filed = self._filed("<nothing@kpireport>")
        if filed is not None:
            said += f"; archive: {filed.reply}"
        return SendResult(DeliveryStatus.SENT, said)

    def close(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            if line.sock is not None:
                line.sock.settimeout(self.patience.goodbye)
                line.quit()
        except (OSError, smtplib.SMTPException):
            pass  # all that mattered was said before
        finally:
            line.close()

    def _discreet(self, answer: SendResult) -> SendResult:
        """Return an answer without our secrets: some servers repeat the line that they refuse."""
        return replace(answer, reply=without_secrets(answer.reply, self._secrets))

    def _filed(self, message_id: str) -> SendResult | None:
        """Return whether a message lies in the archive; None without one."""
        settings, bearer = self.settings, None
        if settings.archive is None:
            return None
        if settings.auth is Auth.XOAUTH2:
            bearer = functools.partial(token, settings, SCOPE)
        user = settings.user or self.sender
        return found(settings.archive, Account(user, settings.password, bearer, settings.authority), message_id)

    def _drop(self) -> None:
        """Cut the line without a word: what was begun and not ended is thrown away by the server."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    # ---- one message

    def _attempt(self, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult | None:
        """Return the answer; None where the line broke before anything of this message was taken."""
        try:
            line = self._connected()
        except StopError as error:
            return SendResult(DeliveryStatus.AGAIN, error.reply, stop=error.kind, down=error.down)
        try:
            refused = self._envelope(line, entry)
            if refused is not None:
                return self._after_refusal(line, refused)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return None
        return self._content(line, entry, mark)

    def _envelope(self, line: smtplib.SMTP, entry: Entry) -> SendResult | None:
        """Say from whom and to whom; None where the server agrees to both and waits for the content."""
        options = [f"size={len(entry.eml)}"] if line.has_extn("size") else []
        code, words = line.mail(display(entry.sender)[1], options)
        if code // 100 != 2:
            return self._refused(code, words, ours=code != TOO_LARGE)
        code, words = line.rcpt(entry.envelope)
        if code // 100 != 2:
            return self._refused(code, words)
        for address in self.settings.copies_to.values():
            line.rcpt(address)  # a copy that is refused keeps nobody's mail back
        code, words = line.docmd("DATA")
        return None if code == 354 else self._refused(code, words)

    def _refused(self, code: int, words: bytes, *, ours: bool = False) -> SendResult:
        """Return what a refusal means. ours: the sender was refused; some servers say that at RCPT only, as 5.7."""
        answer = negative(code, words)
        if code in UNSIGNED:
            return SendResult(DeliveryStatus.AGAIN, answer.reply, stop=problems.SIGN_IN_REFUSED)
        if answer.fate is DeliveryStatus.REFUSED and (ours or POLICY.match(answer.reply)):
            self._refusals += 1
            if self._refusals >= REFUSALS:
                return SendResult(DeliveryStatus.REFUSED, answer.reply, stop=problems.SERVER_REFUSES)
        elif answer.fate is DeliveryStatus.REFUSED:
            self._refusals = 0
        return answer

    def _after_refusal(self, line: smtplib.SMTP, answer: SendResult) -> SendResult:
        """Make the line ready for the next message; one that the server is closing is dropped."""
        if answer.broken:
            self._drop()
            return answer
        try:
            if line.rset()[0] // 100 != 2:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()
        return answer

    def _content(self, line: smtplib.SMTP, entry: Entry, mark: Callable[[Phase, str], None]) -> SendResult:
        """Send the content, then the mark into the ledger, then the dot: the byte that gives the message away."""
        if line.sock is None:
            raise ValueError("the line is open")
        try:
            line.sock.sendall(stuffed(entry.eml))
        except OSError as error:
            self._drop()
            return SendResult(
                DeliveryStatus.AGAIN, f"the connection broke in the content: {words_of(error)}", broken=True
            )
        try:
            mark(Phase.DOT_SENT, "")
        except BaseException:
            self._drop()
            raise
        if not listening(line.sock):
            self._drop()
            return SendResult(
                DeliveryStatus.AGAIN, "the server closed the connection before the end of the message", broken=True
            )
        try:
            line.sock.settimeout(self.patience.dot)
            line.sock.sendall(b".\r\n")
            code, words = line.getreply()
            line.sock.settimeout(self.patience.command)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return SendResult(
                DeliveryStatus.UNKNOWN,
                f"the connection broke after the message was handed over: {words_of(error)}",
                broken=True,
            )
        reply = shown(code, words)
        if code // 100 == 2:
            self._refusals = 0
            return SendResult(DeliveryStatus.SENT, reply)
        if code // 100 in (4, 5):
            return self._after_refusal(line, self._refused(code, words))
        self._drop()
        return SendResult(DeliveryStatus.UNKNOWN, f"the server's answer makes no sense: {reply}")

    # ---- the line

    def _connected(self) -> smtplib.SMTP:
        """Return the open line, encrypted and signed in as the settings ask. Raises StopError."""
        if self._line is None:
            line = self._open()
            try:
                self._greet(line)
                self._encrypt(line)
                self._sign_in(line)
            except BaseException:
                line.close()
                raise
            self._line = line
        return self._line

    def _open(self) -> smtplib.SMTP:
        settings = self.settings
        host, port, limit, name = settings.host, settings.port, self.patience.connect, own_name("127.0.0.1")
        try:
            line: smtplib.SMTP
            # Given the host when it is made, smtplib knows the name that TLS checks the certificate for.
            if settings.security is Security.TLS:
                line = smtplib.SMTP_SSL(
                    settings.host,
                    settings.port,
                    local_hostname=name,
                    timeout=self.patience.connect,
                    context=self._context(),
                )
            else:
                line = smtplib.SMTP(host, port, local_hostname=name, timeout=limit)
        except ssl.SSLError as error:
            raise StopError(problems.NOT_SECURE, words_of(error)) from None
        except smtplib.SMTPConnectError as error:
            words = shown(error.smtp_code, error.smtp_error)
            if error.smtp_code // 100 == 5:
                raise StopError(problems.SERVER_REFUSES, words) from None
            raise StopError(problems.SERVER_DOWN, words, down=True) from None
        except (OSError, smtplib.SMTPException) as error:
            raise StopError(problems.SERVER_DOWN, words_of(error), down=True) from None
        if line.sock is not None:
            line.local_hostname = own_name(str(line.sock.getsockname()[0]))
            line.sock.settimeout(self.patience.command)
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _context(self) -> ssl.SSLContext:
        authority = self.settings.authority
        return ssl.create_default_context(cafile=str(authority) if authority else None)

    def _greet(self, line: smtplib.SMTP) -> None:
        try:
            line.ehlo_or_helo_if_needed()
        except smtplib.SMTPHeloError as error:
            down = error.smtp_code // 100 != 5
            kind = problems.SERVER_DOWN if down else problems.SERVER_REFUSES
            raise StopError(kind, shown(error.smtp_code, error.smtp_error), down=down) from None
        except (OSError, smtplib.SMTPException) as error:
            raise StopError(problems.SERVER_DOWN, words_of(error), down=True) from None

    def _encrypt(self, line: smtplib.SMTP) -> None:
        if self.settings.security is not Security.STARTTLS:
            return
        if not line.has_extn("starttls"):
            raise StopError(problems.NOT_SECURE, "the server offers no STARTTLS")
        try:
            line.starttls(context=self._context())
        except ssl.SSLError as error:
            raise StopError(problems.NOT_SECURE, words_of(error)) from None
        except smtplib.SMTPResponseException as error:
            down = error.smtp_code // 100 == 4
            kind = problems.SERVER_DOWN if down else problems.NOT_SECURE
            raise StopError(kind, shown(error.smtp_code, error.smtp_error), down=down) from None
        except (OSError, smtplib.SMTPException) as error:
            raise StopError(problems.SERVER_DOWN, words_of(error), down=True) from None
        self._greet(line)

    def _sign_in(self, line: smtplib.SMTP) -> None:
        """Sign in with one attempt only: several wrong ones lock accounts."""
        settings = self.settings
        if settings.auth is Auth.XOAUTH2 and (settings.token or settings.tenant):
            self._with_token(line)
        elif settings.user and settings.password is not None:
            self._with_password(line)

    def _with_password(self, line: smtplib.SMTP) -> None:
        secret = self.settings.password
        if secret is None:
            return
        try:
            line.user, line.password = self.settings.user, fetch(secret)
        except SecretError as error:
            raise StopError(problems.SIGN_IN_REFUSED, f"{named(secret)}: {error}") from None
        self._secrets = (line.password, _coded(line.password), _coded(f"\0{line.user}\0{line.password}"))
        offered = line.esmtp_features.get("auth", "").upper().split()
        ways = {"PLAIN": line.auth_plain, "LOGIN": line.auth_login, "CRAM-MD5": line.auth_cram_md5}
        way = next((way for way in ways if way in offered), None)
        if way is None:
            offer = ", ".join(offered) or "none"
            raise StopError(problems.SIGN_IN_REFUSED, f"the server takes no user and password here (it offers {offer})")
        try:
            code, words = line.auth(way, ways[way])  # type: ignore[arg-type] # one of three methods
        except smtplib.SMTPResponseException as error:
            code, words = error.smtp_code, error.smtp_error  # type: ignore[assignment]
        except UnicodeEncodeError:
            raise StopError(problems.SIGN_IN_REFUSED, "user and password must be plain ASCII for this server") from None
        except (OSError, smtplib.SMTPException) as error:
            raise StopError(problems.SERVER_DOWN, words_of(error), down=True) from None
        self._signed_in(code, words)

    def _with_token(self, line: smtplib.SMTP) -> None:
        try:
            bearer = token(self.settings, SCOPE)
        except TokenError as error:
            raise StopError(problems.TOKEN_REFUSED, str(error), down=error.temporary) from None
        said = _coded(f"user={self.settings.user or self.sender}\x01auth=Bearer {bearer}\x01\x01")
        self._secrets = (bearer, said)
        try:
            code, words = line.docmd("AUTH", f"XOAUTH2 {said}")
            if code == 334:  # the reason, as JSON; an empty line ends the exchange
                code, words = line.docmd("")
        except (OSError, smtplib.SMTPException) as error:
            raise StopError(problems.SERVER_DOWN, words_of(error), down=True) from None
        self._signed_in(code, words)

    @staticmethod
    def _signed_in(code: int, words: bytes | str) -> None:
        if code in (235, 503):
            return
        down = code // 100 == 4
        kind = problems.SERVER_DOWN if down else problems.SIGN_IN_REFUSED
        raise StopError(kind, shown(code, words), down=down)


def _coded(text: str) -> str:
    """Return a secret as it goes over the line."""
    return base64.b64encode(text.encode()).decode()


SMTP = TransportKind(SmtpSettings, Smtp)
