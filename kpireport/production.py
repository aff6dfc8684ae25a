"""Everything one report is made into: its files, and an edition with a letter for each audience; computed once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kpireport import languages, making, output, readings
from kpireport.core.catalogue import mail as problems
from kpireport.core.diagnostics import Severity, Where, blocks, did_you_mean, quoted
from kpireport.core.dispatch import LETTER, Edition, Product, seal
from kpireport.core.fingerprint import digest
from kpireport.core.formats import FORMATS, endings
from kpireport.core.identity import identity_of
from kpireport.core.model import Kind
from kpireport.core.restate import figures
from kpireport.core.scope import near, part_of, parts, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpireport.core.diagnostics import Diagnostic
    from kpireport.core.dispatch import Audience
    from kpireport.core.mailing import MailSettings
    from kpireport.core.model import Recipient
    from kpireport.core.scorecard import Scorecard
    from kpireport.making import Evaluated, Job

Reader = tuple[str, str]  # scope and tag of the language


def product(job: Job, audiences: Sequence[Audience] | None, *, recipients: bool) -> Product:
    """Return what a report came to; see ``pipeline.produce``."""
    if job.scope:
        raise ValueError("a product is of the whole report; name the scope in an audience")
    done = making.evaluated(job, progress=making.silent, keep="pdf" in job.formats or audiences != ())
    card = done.card
    if card is None or blocks(done.problems):
        return _failed(job, done)
    own, others = _own(job, card.book.recipients if recipients else ())
    done.problems.extend(others)
    report = _name_of(job, card)
    if audiences is None:
        audiences, found = _audiences(job, own, report)
        done.problems.extend(found)
    tag = making.language_of(job, card.book).tag
    readers, whole = _readers(audiences, tag), ("", tag)
    wanted = replace(job, formats=_formats(job.formats, readers.get(whole, ())))
    files, told = making.rendered(wanted, done, _stem(job), making.silent)
    done.problems.extend(told)
    if files is None:
        return _failed(job, done)
    editions, told = _all_editions(wanted, done, files, readers, whole)
    identity = identity_of(card.book, scope="", period=card.period.key)
    return Product(
        report=report,
        period=identity.period,
        sha256=identity.sources,
        files=_chosen(files, job.formats),
        editions=tuple(editions),
        recipients=own,
        diagnostics=(*done.problems, *(d for d in told if d not in done.problems)),
        organisation=identity.organisation,
        figures=figures(card),
        made=job.today.isoformat(),
        by_file=not job.name and not card.book.settings.organisation,
        waiting=tuple(replace(one, workbook=file) for file, one in card.book.states.items() if one.holds),
    )


def _own(job: Job, found: Sequence[Recipient]) -> tuple[tuple[Recipient, ...], tuple[Diagnostic, ...]]:
    """Return the recipients who count: of several workbooks, those of the first, lest one gives away another's figures.

    Workbooks are told apart by their names; where others have the name of the first, no sheet counts.
    """
    names = [path.name for path in job.workbooks]
    first = names[0] if names and names.count(names[0]) == 1 else ""
    if len(names) < 2:
        return tuple(found), ()
    others = [one for one in found if one.where.file != first]
    files = {one.where.file: one.where for one in reversed(others)}
    told = tuple(problems.NOT_FIRST.at(where, file=file, first=names[0]) for file, where in files.items())
    return tuple(one for one in found if one.where.file == first), told


def _failed(job: Job, done: Evaluated) -> Product:
    card = done.card
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in job.workbooks if path.is_file())
    return Product(
        report=_name_of(job, card) if card else job.name or _stem(job),
        period=card.period.key if card else job.period or "",
        sha256="+".join(digests),
        diagnostics=tuple(done.problems),
        failed=True,
        made=job.today.isoformat(),
    )


def _stem(job: Job) -> str:
    if job.name or not job.workbooks:
        return output.safe_name(job.name or "report")
    return output.safe_name(readings.report_stem(job.workbooks[0]))


def _name_of(job: Job, card: Scorecard) -> str:
    """Return by what a corrected workbook is known again: the name that was asked for, else the workbook's own.

    A workbook that names no organisation is known by its file.
    """
    settings = card.book.settings
    named = [part for part in (settings.organisation, settings.report_name) if part] if settings.organisation else []
    return job.name or ", ".join(named) or _stem(job)


def _audiences(job: Job, own: Sequence[Recipient], report: str) -> tuple[tuple[Audience, ...], tuple[Diagnostic, ...]]:
    """Return for whom editions are built, by the workbook and by the settings; wrong settings give nobody."""
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.addressees import addressees, audiences

    settings, told = _mail(job)
    if told:
        return (), told
    settings = settings or MailSettings()
    found, more = addressees(settings, own, today=job.today, report=report)
    return audiences(found), (*told, *more)


def _readers(audiences: Sequence[Audience], tag: str) -> dict[Reader, tuple[Audience, ...]]:
    """Return the audiences by what they read: those that differ in format alone share a rendering."""
    found: dict[Reader, tuple[Audience, ...]] = {}
    for one in dict.fromkeys(audiences):
        scope = "" if parts(one.scope) is None else one.scope
        known = languages.spoken(one.language, tag).tag
        found[scope, known] = (*found.get((scope, known), ()), one)
    return found


def _formats(first: Sequence[str], audiences: Sequence[Audience]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *(form for one in audiences for form in one.formats)]))


def _chosen(files: Mapping[str, bytes], formats: Sequence[str]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(endings(formats))}


def _all_editions(
    job: Job, done: Evaluated, files: Mapping[str, bytes], readers: Mapping[Reader, tuple[Audience, ...]], whole: Reader
) -> tuple[list[Edition], list[Diagnostic]]:
    editions: list[Edition] = []
    told: list[Diagnostic] = []
    for reader, members in readers.items():
        scope, language = reader
        asked = replace(job, scope=scope or None, language=language, formats=_formats((), members))
        if reader == whole:
            part, made = done, dict(files)
        else:
            found, unknown_part = _part(asked, done)
            if found is None:
                told.extend(unknown_part)
                continue
            part = found
            rendered, problems_found = making.rendered(asked, part, _part_name(job, reader, whole), making.silent)
            told.extend(d for d in problems_found if d not in told)
            if rendered is None:
                continue
            made = rendered
        ready, more = _editions(asked, part, made, members)
        editions.extend(ready)
        told.extend(d for d in more if d not in told)
    return editions, told


def _part(job: Job, done: Evaluated) -> tuple[Evaluated | None, tuple[Diagnostic, ...]]:
    """Return what the reader of a scope may see, with the problems that are hers."""
    card, scope = done.card, job.scope or ""
    if card is None:
        raise ValueError("nothing was computed")
    missing = unknown(card.book, scope)
    if missing:
        named = [one for one in card.book.recipients if one.scope == scope]
        where = named[0].where if named else Where()
        return None, (_nobody(card, scope, where),)
    if not scope:
        return replace(done), ()
    # An error here is one of the settings or of other recipients, which block no report and are not hers to see.
    hers, problems_hers = part_of(card, (d for d in done.problems if d.severity is not Severity.ERROR), scope)
    hers = replace(hers, self_score=None)  # how well all forecasts did tells of other people's figures
    return replace(done, card=hers, problems=problems_hers, originals={}), ()


def _nobody(card: Scorecard, scope: str, where: Where) -> Diagnostic:
    """Return that a part names what is not in the workbook, and what may have been meant."""
    missing, meant = ", ".join(unknown(card.book, scope)), near(card.book, scope)
    return problems.PART_UNKNOWN.at(where, found=quoted(missing), near=did_you_mean(quoted(meant) if meant else None))


def _mail(job: Job) -> tuple[MailSettings | None, tuple[Diagnostic, ...]]:
    """Return how mail leaves by the settings of a job, None where they say nothing of it, and what is wrong in them."""
    if job.settings is None:
        return None, ()  # nor is anything loaded that mail needs
    from kpireport.deliver.transports import TRANSPORTS
    from kpireport.settings import mail

    return mail.mail(job.settings, TRANSPORTS)


def troubles_of_recipients(job: Job, card: Scorecard) -> tuple[Diagnostic, ...]:
    """Return which recipients of a report would get nothing, or something else than was meant."""
    from kpireport.core.mailing import MailSettings
    from kpireport.deliver.addressees import addressees

    settings, wrong = _mail(job)
    own, others = _own(job, card.book.recipients)
    people, refused = addressees(settings or MailSettings(), own, today=job.today, report=_name_of(job, card))
    scopes = ((person.audience.scope, person.where) for person in people)
    nobody = [_nobody(card, scope, where) for scope, where in scopes if unknown(card.book, scope)]
    return (*wrong, *others, *refused, *nobody)


def _part_name(job: Job, reader: Reader, whole: Reader) -> str:
    """Return the stem of a part's files: ``group-Sales``, ``group-zh``."""
    found = parts(reader[0])
    names = [_stem(job), *(found[1] if found else ()), *([reader[1]] if reader[1] != whole[1] else [])]
    return output.safe_name("-".join(names))


def _attached(job: Job, name: str, title: tuple[str, str]) -> str:
    """Return the name of a file when it is mailed: report, part and period, for it will lie among others.

    name: "group-Sales.pdf". title: the name of the report, and its period.
    """
    report, period = title
    ending = max((end for end in endings(FORMATS) if name.endswith(end)), key=len)
    part = name.removesuffix(ending).removeprefix(_stem(job))
    stem = output.safe_name(f"{output.safe_name(report.replace(',', ''))}{part}")  # a letter lists names with commas
    dated = stem if period.casefold() in stem.casefold() else f"{stem}-{output.safe_name(period)}"
    return f"{dated}{ending}"


def _editions(
    job: Job, part: Evaluated, files: Mapping[str, bytes], members: Sequence[Audience]
) -> tuple[list[Edition], tuple[Diagnostic, ...]]:
    """Return one edition for each audience of a reader: they share the letter, and take their formats of the files."""
    from kpireport.render import letters

    theme, report, told = making.composed(job, part)
    card = part.card
    if theme is None or card is None or report is None:
        return [], told
    letter, told = letters.letter(
        report, card, theme, language=making.language_of(job, card.book), scope=job.scope or ""
    )
    if letter is None:
        return [], told
    statuses = {key: r.status.value for key, r in card.results.items() if r.kpi.kind is Kind.KPI and not r.above}
    typed = digest(card)
    title = (_name_of(job, card), card.period.key)
    found = []
    for one in members:
        chosen = {_attached(job, name, title): content for name, content in _chosen(files, one.formats).items()}
        seals = {name: seal(one.scope, content) for name, content in chosen.items()}
        seals[LETTER] = seal(one.scope, letter.content())
        found.append(Edition(one, chosen, letter, statuses, seals, typed))
    return found, told
