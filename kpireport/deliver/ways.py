"""Which way out of the house the settings choose; each is imported only where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.transport import Transport


def transport(mail: MailSettings) -> Transport:
    """Return the way out that the settings choose."""
    if mail.transport == "smtp":
        from kpireport.deliver.transports.smtp import Smtp

        return Smtp(mail)
    if mail.transport == "graph":
        from kpireport.deliver.transports.graph import Graph

        return Graph(mail)
    if mail.transport == "sendmail":
        from kpireport.deliver.transports.sendmail import Sendmail

        return Sendmail(mail.program)
    from kpireport.deliver.transports.directory import Directory

    if mail.folder is None:
        raise ValueError("a folder is needed")
    return Directory(mail.folder, draft=mail.transport == "eml")
