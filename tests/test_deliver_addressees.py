"""Who gets what, and that a workbook cannot widen what the settings allow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpireport.core.addresses import display, hidden, masked, plain_name, unusable
from kpireport.core.diagnostics import Severity, Where
from kpireport.core.mailing import MailCondition, Named, Secret, SecretKind
from kpireport.deliver.addressees import addressees, audiences
from tests.mailing import TODAY, people, recipient, settings
from tests.saying import said

HERE = Where("kpireport.toml", "", "recipient[1]")


def named(address: str, **more: Any) -> Named:
    return Named(address, more.pop("name", ""), HERE, **more)


def test_each_recipient_with_her_part() -> None:
    found, told = addressees(
        settings(),
        (
            recipient("Anna@Example.com", "department=Sales", name="Anna, Head of Sales"),
            recipient("li@example.com", "全部", language="zh"),
        ),
        today=TODAY,
    )
    assert not told
    assert [(a.address, a.name, a.audience.scope, a.audience.language) for a in found] == [
        ("anna@example.com", "Anna, Head of Sales", "department=Sales", ""),
        ("li@example.com", "li", "", "zh"),
    ]
    assert len(audiences(found)) == 2


BAD = [
    pytest.param("anna@example.com\nbcc: eve@example.com", "ADDRESS_WRONG", id="a line break"),
    pytest.param("anna@example.com\r\nRCPT TO:<eve@example.org>", "ADDRESS_WRONG", id="a line break and a command"),
    pytest.param("аnna@example.com", "ADDRESS_WRONG", id="a Cyrillic letter that looks like a Latin one"),
    pytest.param("anna@exаmple.com", "ADDRESS_WRONG", id="a domain that looks like ours"),
    pytest.param("anna＠example.com", "ADDRESS_WRONG", id="a wide at sign"),
    pytest.param("anna@example.com\u200b", "ADDRESS_WRONG", id="an invisible character"),
    pytest.param("anna@example.com,eve@example.org", "ADDRESS_WRONG", id="two addresses"),
    pytest.param("anna@example.com; eve@example.org", "ADDRESS_WRONG", id="two addresses, as Outlook writes them"),
    pytest.param("Anna <anna@example.com>", "ADDRESS_WRONG", id="a display name in the address"),
    pytest.param("anna@eve.org@example.com", "ADDRESS_WRONG", id="two at signs"),
    pytest.param("anna", "ADDRESS_WRONG", id="no at sign"),
    pytest.param("@example.com", "ADDRESS_WRONG", id="no name"),
    pytest.param("anna@localhost", "ADDRESS_WRONG", id="no domain"),
    pytest.param("anna@[127.0.0.1]", "ADDRESS_WRONG", id="an address literal"),
    pytest.param("anna@127.0.0.1", "ADDRESS_WRONG", id="a number for a domain"),
    pytest.param("a..b@example.com", "ADDRESS_WRONG", id="two dots"),
    pytest.param("-@-example.com", "ADDRESS_WRONG", id="a domain that begins with a hyphen"),
    pytest.param("", "ADDRESS_WRONG", id="empty"),
    pytest.param("a" * 65 + "@example.com", "ADDRESS_WRONG", id="too long"),
    pytest.param("anna@example.org", "OUTSIDE", id="a domain that is not allowed"),
    pytest.param("anna@mail.example.com", "OUTSIDE", id="a domain below an allowed one"),
    pytest.param("anna@example.com.evil.org", "OUTSIDE", id="a domain that begins like an allowed one"),
    pytest.param("anna@notexample.com", "OUTSIDE", id="a domain that ends like an allowed one"),
]


@pytest.mark.parametrize(("address", "name"), BAD)
def test_an_address_that_cannot_or_may_not_be_written_to_is_told_and_the_others_are_served(
    address: str, name: str
) -> None:
    found, told = addressees(settings(), (recipient(address), recipient("li@example.com")), today=TODAY)
    assert [a.address for a in found] == ["li@example.com"]
    assert [(d.name, d.severity, d.where.cell) for d in told] == [(name, Severity.ERROR, "B2")]
    for language in ("en", "zh"):
        assert said(told[0].problem, language)
        assert said(told[0].fix, language)
        assert "\n" not in said(told[0].problem, language)


@pytest.mark.parametrize("address", ["o'neil+kpi@example.com", "a.b-c_d@example.com", "1@example.com", "A@EXAMPLE.COM"])
def test_addresses_that_are_right(address: str) -> None:
    assert unusable(address) is None


def test_no_recipient_at_all() -> None:
    assert addressees(settings(), (), today=TODAY) == ((), ())


def test_one_person_and_part_once_however_they_are_spelt() -> None:
    rows = (
        recipient("li@example.com", "department=Sales; Service"),
        recipient("LI@example.com", "Department = service ; SALES"),
        recipient("li@example.com", "部门：Sales、Service"),
        recipient("li@example.com", "department=Sales"),
    )
    found, told = addressees(settings(), rows, today=TODAY)
    assert [a.audience.scope for a in found] == ["department=Sales; Service", "department=Sales"]
    assert [d.name for d in told] == ["TWICE", "TWICE"]


# ---- the settings have the last word


def test_what_the_settings_say_of_a_person_a_workbook_cannot_widen() -> None:
    mail = settings(recipients=(named("anna@example.com", scope="department=Sales", condition=MailCondition.RED_ONLY),))
    found, told = addressees(mail, (recipient("Anna@example.com", "all"), recipient("li@example.com")), today=TODAY)
    assert [(a.address, a.audience.scope) for a in found] == [
        ("anna@example.com", "department=Sales"),
        ("li@example.com", ""),
    ]
    assert [d.name for d in told] == ["OVERRULED"]
    assert "anna@" not in said(told[0].problem)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("anna@example.com", id="the workbook calls its report by another name"),
        pytest.param("ANNA@EXAMPLE.COM", id="in capitals"),
        pytest.param("anna+all@example.com", id="with a tag, which arrives in the same mailbox"),
    ],
)
def test_a_person_named_for_one_report_is_not_freed_of_it_by_a_workbook(address: str) -> None:
    mail = settings(recipients=(named("anna@example.com", scope="department=Sales", reports=("Group*",)),))
    found, told = addressees(mail, (recipient(address, "all"),), today=TODAY, report="The Group")
    assert found == ()
    assert [d.name for d in told] == ["OVERRULED"]


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param({"active": False}, id="switched off"),
        pytest.param({"last_day": date(2026, 10, 31)}, id="left"),
        pytest.param({"first_day": date(2026, 12, 1)}, id="not here yet"),
    ],
)
def test_a_person_whom_the_settings_do_not_write_to_gets_nothing_from_a_workbook_either(gone: dict[str, Any]) -> None:
    mail = settings(recipients=(named("anna@example.com", **gone),))
    found, _ = addressees(mail, (recipient("anna@example.com"),), today=TODAY)
    assert found == ()


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        pytest.param(None, None, True, id="always"),
        pytest.param(TODAY, TODAY, True, id="the first and the last day count"),
        pytest.param(date(2026, 11, 10), None, False, id="from tomorrow"),
        pytest.param(None, date(2026, 11, 8), False, id="until yesterday"),
    ],
)
def test_active_from_and_to_of_a_workbook(first: date | None, last: date | None, counts: bool) -> None:
    found, _ = addressees(settings(), (recipient("li@example.com", first_day=first, last_day=last),), today=TODAY)
    assert bool(found) is counts
    assert addressees(settings(), (recipient("li@example.com", active=False),), today=TODAY)[0] == ()


def test_the_settings_can_leave_workbooks_out_of_it() -> None:
    mail = settings(workbook_recipients=False, recipients=(named("boss@example.com"),))
    found, told = addressees(mail, people(3), today=TODAY)
    assert [a.address for a in found] == ["boss@example.com"]
    assert [d.name for d in told] == ["NOT_TAKEN"]


@pytest.mark.parametrize(
    ("reports", "counts"),
    [
        pytest.param((), True, id="every report"),
        pytest.param(("group",), True, id="by name"),
        pytest.param(("Gr*",), True, id="by pattern"),
        pytest.param(("retail",), False, id="another report"),
    ],
)
def test_recipients_of_some_reports(reports: tuple[str, ...], counts: bool) -> None:
    mail = settings(recipients=(named("boss@example.com", reports=reports),))
    assert bool(addressees(mail, (), today=TODAY, report="Group")[0]) is counts


def test_only_a_pdf_can_have_a_password() -> None:
    mail = settings(
        recipients=(named("li@example.com", formats=("html", "pdf"), password=Secret(SecretKind.ENV, ("X",))),)
    )
    found, told = addressees(mail, (), today=TODAY)
    assert found[0].audience.formats == ("pdf",)
    assert [d.name for d in told] == ["UNPROTECTED"]


# ---- how addresses are shown


def test_logs_show_no_address() -> None:
    assert masked("carla@example.com") == "c***@example.com"
    assert masked("nothing") == "***"
    assert hidden("550 <anna@example.com>: unknown, try li@example.org.") == (
        "550 <a***@example.com>: unknown, try l***@example.org."
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("kpi@example.com", ("", "kpi@example.com"), id="an address"),
        pytest.param("KPI reports <kpi@example.com>", ("KPI reports", "kpi@example.com"), id="a name before it"),
        pytest.param('"Finance, Group" <kpi@example.com>', ("Finance, Group", "kpi@example.com"), id="a comma"),
        pytest.param("王琳 <wang@example.com>", ("王琳", "wang@example.com"), id="Chinese"),
    ],
)
def test_a_display_name_is_parted_from_its_address(text: str, parts: tuple[str, str]) -> None:
    assert display(text) == parts


def test_a_display_name_stays_on_one_line() -> None:
    assert plain_name("Anna\r\nBcc: eve@example.com") == "Anna Bcc: eve@example.com"
    assert plain_name("\u202eanna") == "anna"
    assert len(plain_name("x" * 500)) == 80
