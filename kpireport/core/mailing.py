"""How mail leaves the house, and who gets it: what kpireport.toml says under [mail] and [[recipient]]."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar

from kpireport.core.diagnostics import Where
from kpireport.core.formats import MAILED_BY_DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from kpireport.core.diagnostics import Problem
    from kpireport.core.dispatch import Audience

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailCondition(StrEnum):
    """When a recipient is written to: each time, when something is off target, when a status has changed."""

    ALWAYS = "always"
    RED_ONLY = "red only"
    CHANGED = "changed"


class OnCorrection(StrEnum):
    """What becomes of a corrected report for people who had an older one."""

    HOLD = "hold"
    SEND_MARKED = "send_marked"


class SecretKind(StrEnum):
    """Where a secret may be kept."""

    ENV = "env"
    FILE = "file"
    CREDENTIAL = "credential"
    KEYRING = "keyring"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is kept, never the secret itself.

    value: its name (of a keyring "service/user", of a credential that of systemd), or the words of the command.
    """

    kind: SecretKind
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person who gets one part of a report.

    address: lower case, checked. scope: the canonical form of the audience's, by which the delivery is known again.
    password: of the PDF. where: the cell or setting that names her.
    """

    address: str
    name: str
    audience: Audience
    condition: MailCondition = MailCondition.ALWAYS
    scope: str = ""
    password: Secret | None = None
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class Named:
    """A [[recipient]] of the settings. reports: names of reports, or file patterns of them; () is every report."""

    address: str
    name: str
    where: Where
    reports: tuple[str, ...] = ()
    scope: str = ""
    language: str = ""
    formats: tuple[str, ...] = MAILED_BY_DEFAULT
    condition: MailCondition = MailCondition.ALWAYS
    active: bool = True
    first_day: date | None = None
    last_day: date | None = None
    password: Secret | None = None


class SettingFault(NamedTuple):
    """What is wrong with a setting. setting: its name in the table. fields: of the problem."""

    problem: Problem
    setting: str
    fields: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """What [mail] says of one transport; each has a class of its own, in its module, made of ``core.fields``.

    reaches_people: whether its mail reaches others, so that the domains that may be written to must be named.
    most_bytes: of a message; None where the transport sets no limit.
    """

    reaches_people: ClassVar[bool] = True
    most_bytes: ClassVar[int | None] = None

    @property
    def usual_rate(self) -> int:
        """How many messages a minute it takes, where the settings do not say; 0 for any number."""
        return 0

    @property
    def copies_to(self) -> Mapping[str, str]:
        """Who gets a copy of each mail: addresses by the setting that names them."""
        return {}

    def faults(self) -> Iterator[SettingFault]:
        """Yield what is right alone and wrong together."""
        yield from ()


Own = TypeVar("Own", bound=TransportSettings)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """[mail] and all [[recipient]]. Sizes in MB of a million bytes, times in the unit of their name.

    transport: its name. own: what belongs to the transport alone. keep_days:
    after which a settled message can no more be sent again, because its bytes are forgotten; 0 keeps them for ever.
    workbook_recipients: whether a workbook's Recipients sheet counts.
    """

    transport: str = "eml"
    own: TransportSettings = TransportSettings()
    sender: str = ""
    reply_to: str = ""
    owner: str = ""
    allowed_domains: tuple[str, ...] = ()
    link_folder: Path | None = None
    max_messages_per_run: int = 200
    max_message_mb: float = 10.0
    per_minute: int = 0
    retry_minutes: float = 5.0
    give_up_hours: float = 24.0
    on_correction: OnCorrection = OnCorrection.HOLD
    keep_days: int = 400
    workbook_recipients: bool = True
    language: str = "en"
    recipients: tuple[Named, ...] = field(default_factory=tuple)

    @property
    def most_bytes(self) -> int:
        """Return how large a message may be, in bytes: no transport takes more than it can, whatever is asked for."""
        asked = int(self.max_message_mb * 1_000_000)
        return asked if self.own.most_bytes is None else min(asked, self.own.most_bytes)

    def of(self, kind: type[Own]) -> Own:
        """Return what belongs to the transport. Raises TypeError where it is another one's."""
        if not isinstance(self.own, kind):
            raise TypeError(f"{self.transport} has {type(self.own).__name__}, not {kind.__name__}")
        return self.own
