"""The transports that [mail] may choose: one module each, with its settings, and one line of this table.

What each of its settings is for stands in ``help/transports.toml``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kpireport.deliver.transports.directory import DIR, EML
from kpireport.deliver.transports.graph import GRAPH
from kpireport.deliver.transports.sendmail import SENDMAIL
from kpireport.deliver.transports.smtp import SMTP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.transport import Transport, TransportKind

TRANSPORTS: Mapping[str, TransportKind] = MappingProxyType(
    {"smtp": SMTP, "graph": GRAPH, "sendmail": SENDMAIL, "eml": EML, "dir": DIR}
)


def transport(mail: MailSettings) -> Transport:
    """Return the transport that the settings choose. Raises LookupError where there is none of that name."""
    return TRANSPORTS[mail.transport].open(mail)
