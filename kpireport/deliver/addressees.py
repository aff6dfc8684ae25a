"""Who gets what: the recipients of the workbook and of the settings, within what the settings allow.

A workbook cannot widen that: an address that the settings name gets what they say and nothing else, and a domain
that they do not allow is not written to.
Rule: N2.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kpireport.core.addresses import domain, hidden, masked, plain_name, unusable, without_tag
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Where
from kpireport.core.dispatch import Audience
from kpireport.core.formats import PROTECTED_FORMATS
from kpireport.core.mailing import Addressee, MailCondition
from kpireport.core.scope import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.mailing import MailSettings, Named
    from kpireport.core.model import Recipient


def addressees(
    mail: MailSettings, recipients: Sequence[Recipient], *, today: date, report: str = ""
) -> tuple[tuple[Addressee, ...], tuple[Diagnostic, ...]]:
    """Return who gets which part of a report, each person and part once, and why others do not.

    recipients: of the workbook. report: its name; [[recipient]] with ``reports`` counts for those alone.
    """
    found: dict[tuple[str, str], Addressee] = {}
    told: list[Diagnostic] = []
    ours = [one for one in mail.recipients if _meant(one, report)]
    for one in ours:
        if one.active and _current(one.first_day, one.last_day, today):
            _take(_named(one), mail, found, told)
    # Named for any report at all: which report this is, is the workbook's own word, and must not free a person of it.
    settled = {without_tag(one.address) for one in mail.recipients}
    if recipients and not mail.workbook_recipients:
        told.append(problems.NOT_TAKEN.at(recipients[0].where))
        recipients = ()
    for row in recipients:
        if without_tag(row.address.strip()) in settled:
            told.append(problems.OVERRULED.at(row.where, address=masked(row.address)))
        elif row.active and _current(row.first_day, row.last_day, today):
            _take(_listed(row), mail, found, told)
    return tuple(found.values()), tuple(told)


def forbidden(mail: MailSettings, address: str, where: Where | None = None) -> Diagnostic | None:
    """Return why an address cannot or may not be written to; None where it may. Rule: N2."""
    place = where or Where()
    reason = unusable(address)
    if reason:
        return problems.ADDRESS_WRONG.at(place, found=hidden(address), reason=reason)
    if mail.allowed_domains and domain(address) not in mail.allowed_domains:
        allowed = ", ".join(mail.allowed_domains)
        return problems.OUTSIDE.at(place, domain=domain(address), allowed=allowed)
    return None


def audiences(found: Iterable[Addressee]) -> tuple[Audience, ...]:
    """Return for whom editions are to be built: each audience once."""
    return tuple(dict.fromkeys(one.audience for one in found))


def _meant(one: Named, report: str) -> bool:
    patterns = [pattern.casefold() for pattern in one.reports]
    return not patterns or any(fnmatchcase(report.casefold(), pattern) for pattern in patterns)


def _current(first: date | None, last: date | None, today: date) -> bool:
    return (first is None or first <= today) and (last is None or today <= last)


def _named(one: Named) -> Addressee:
    return Addressee(
        address=one.address,
        name=one.name,
        audience=Audience(one.scope, one.language, one.formats),
        condition=one.condition,
        password=one.password,
        where=one.where,
    )


def _listed(row: Recipient) -> Addressee:
    return Addressee(
        address=row.address.strip(),
        name=row.name,
        audience=Audience(row.scope, row.language, row.formats),
        condition=MailCondition(row.condition),
        where=row.where,
    )


def _take(one: Addressee, mail: MailSettings, found: dict[tuple[str, str], Addressee], told: list[Diagnostic]) -> None:
    """Add one addressee, checked and in one form, or note why not."""
    problem = forbidden(mail, one.address, one.where)
    if problem is not None:
        told.append(problem)
        return
    address = one.address.casefold()
    scope = canonical(one.audience.scope)
    if (address, scope) in found:
        told.append(problems.TWICE.at(one.where, address=masked(address)))
        return
    formats = one.audience.formats
    if one.password is not None and formats != PROTECTED_FORMATS:
        told.append(problems.UNPROTECTED.at(one.where, address=masked(address)))
        formats = PROTECTED_FORMATS
    found[address, scope] = Addressee(
        address=address,
        name="" if "@" in one.name else plain_name(one.name),
        audience=Audience("" if not scope else one.audience.scope, one.audience.language, formats),
        condition=one.condition,
        scope=scope,
        password=one.password,
        where=one.where,
    )
