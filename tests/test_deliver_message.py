"""The bytes of a message: stable, 7-bit, and no way to put a header into them."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpireport.core.addresses import plain_name
from kpireport.core.dispatch import CONTACT_HERE, FILES_HERE, OPENING_HERE, Letter
from kpireport.deliver.message import Envelope, as_page, build, one_line, plain
from tests.mailing import PHRASES, parsed

LETTER = Letter(
    "Group, October 2026: 10 of 18 on target, 3 need a decision",
    f'<p>body <img src="cid:chart1@kpireport" width="88" alt="x"></p><p>{FILES_HERE}</p><p>{CONTACT_HERE}</p>',
    f"body\n{FILES_HERE}\n{CONTACT_HERE}\n", {"chart1@kpireport": b"\x89PNG one"}, PHRASES,
)  # fmt: skip
ENVELOPE = Envelope(
    key="ab" * 16, message_id=f"<{'ab' * 16}@example.com>", sender="KPI reports <kpi@example.com>", to="li@example.com",
    at=1_794_000_000.5, to_name="Li", files={"report.pdf": b"%PDF-1.7\r\n.\r\n", "data.html": b"<p>\xe4</p>"},
)  # fmt: skip
NEW_HEADERS = {"from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"}
NEW_HEADERS |= {"x-kpireport-key", "mime-version", "content-type"}


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build(LETTER, ENVELOPE) == build(LETTER, ENVELOPE)


def test_it_is_seven_bit_with_crlf_and_short_lines() -> None:
    content = build(replace(LETTER, subject="报告 " * 30, text="正文" * 900 + f"\n{FILES_HERE}"), ENVELOPE)
    assert max(content) < 128
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_encoded_lines_have_at_most_seventy_six_characters() -> None:
    files = {"report.pdf": bytes(range(256)) * 40}
    content = build(
        replace(LETTER, text="正文" * 900, html="<p>" + "ä=" * 900 + "</p>"), replace(ENVELOPE, files=files)
    )
    encoded = {"base64", "quoted-printable"}
    parts = [part for part in parsed(content).walk() if part["Content-Transfer-Encoding"] in encoded]
    assert len(parts) == 4
    for part in parts:
        assert max(map(len, str(part.get_payload()).splitlines())) <= 76, part.get_content_type()


@pytest.mark.parametrize(
    "name", ["报告.pdf", "销售与服务中心（华东、华南及海外）" * 4 + ".pdf", 'a "b"; c=d\r\nBcc: e.pdf', "é.pdf"]
)
def test_a_strict_reader_finds_no_defect_and_the_name_of_the_file(name: str) -> None:
    content = build(replace(LETTER, subject="报告 " * 60), replace(ENVELOPE, files={name: b"x"}, to_name="王琳, 财务"))
    message = email.message_from_bytes(content, policy=email.policy.SMTP.clone(raise_on_defect=True))
    assert [
        defect for part in message.walk() for value in part.values() for defect in getattr(value, "defects", ())
    ] == []
    assert [part.get_filename() for part in message.iter_attachments()] == [one_line(name)]


def test_what_a_mail_program_sees() -> None:
    message = parsed(build(LETTER, ENVELOPE))
    assert {name.lower() for name in message} == NEW_HEADERS
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"].addresses[0].display_name == "Li"
    assert "Attached: report.pdf, data.html." in message.get_body(("plain",)).get_content()
    assert "Questions: kpi@example.com" in message.get_body(("html",)).get_content()
    assert {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()} == ENVELOPE.files
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<chart1@kpireport>"
    assert picture.get_content() == b"\x89PNG one"
    assert b"data:image/png;base64," in as_page(build(LETTER, ENVELOPE))


def test_sentences_that_are_known_late_are_escaped() -> None:
    linked = replace(ENVELOPE, files={}, linked=(r"\\srv\a<b>&c\report.pdf",))
    page = parsed(build(LETTER, linked)).get_body(("html",)).get_content()
    assert r"\\srv\a&lt;b&gt;&amp;c\report.pdf" in page


@pytest.mark.parametrize(
    "phrases",
    [
        pytest.param({}, id="none"),
        pytest.param({"attached": "{nothing.of.this}", "contact": "{address[}"}, id="broken ones"),
    ],
)
def test_a_theme_without_usable_sentences_falls_back_to_ours(phrases: dict[str, str]) -> None:
    message = parsed(build(replace(LETTER, phrases=phrases), ENVELOPE))
    assert "The full report is attached: report.pdf" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("length", [60, 75, 78, 90, 160])
def test_long_subjects_with_umlauts_and_chinese_come_through(length: int) -> None:
    for text in ("Grüße aus Köln " * 20, "集团 2026年10月：18 项中 10 项达标 " * 20, "word" * 60):
        subject = text[:length].strip()
        assert parsed(build(replace(LETTER, subject=subject), ENVELOPE))["Subject"] == subject


@pytest.mark.parametrize(
    "name",
    [
        "Castellan, M.",
        'O\'Neil "Bob"',
        "王琳",
        "a <b@c>",
        "x\r\nBcc: eve@example.com",
        "=?utf-8?q?x?=",
        "",
        "(",
        "a\\",
        "王 琳 " * 20,
    ],
)
def test_display_names_with_anything_in_them(name: str) -> None:
    message = parsed(build(LETTER, replace(ENVELOPE, to_name=name)))
    (address,) = message["To"].addresses
    assert address.addr_spec == "li@example.com"
    assert address.display_name == plain_name(name).encode()[:45].decode("utf-8", "ignore").strip()
    assert {header.lower() for header in message} == NEW_HEADERS


@given(
    subject=st.text(max_size=120), name=st.text(max_size=60), file=st.text(min_size=1, max_size=40),
    text=st.text(max_size=200),
)  # fmt: skip
def test_no_text_adds_a_header_or_a_recipient(subject: str, name: str, file: str, text: str) -> None:
    letter = replace(LETTER, subject=subject, text=f"{text}\n{FILES_HERE}", html=f"<p>{len(text)}</p>")
    message = parsed(build(letter, replace(ENVELOPE, to_name=name, files={f"{file}.pdf": b"x"})))
    assert {header.lower() for header in message} <= NEW_HEADERS
    assert [a.addr_spec for a in message["To"].addresses] == ["li@example.com"]
    assert [a.addr_spec for a in message["From"].addresses] == ["kpi@example.com"]


def test_a_notice_is_plain_text() -> None:
    message = parsed(plain("Two reports\r\nBcc: eve@example.com", "line\n.\nline", ENVELOPE))
    assert "Bcc" not in message
    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == ["line", ".", "line"]


# ---- what stands above a letter


def shown(letter: Letter, **more: str) -> tuple[str, str]:
    message = parsed(build(letter, replace(ENVELOPE, **more)))
    text, page = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    return text.replace("\r\n", "\n"), page.replace("\r\n", "\n")


OPENED = replace(
    LETTER, text=f"{OPENING_HERE}{LETTER.text}", html=f"<body><table><tr><td>{OPENING_HERE}</td></tr></table></body>"
)


@pytest.mark.parametrize("letter", [OPENED, LETTER], ids=["where the theme says", "above a theme of one's own"])
def test_a_person_is_greeted_by_name_and_the_note_stands_below(letter: Letter) -> None:
    note = "The figures of the plant came late.\n\nPlease look at page 2:\n<b>Scrap</b> & rework."
    text, page = shown(letter, greeted="Anna Berg", note=note)
    assert text.startswith(f"Dear Anna Berg,\n\n{note}\n\nbody")
    assert "Dear Anna Berg,<br><br>The figures of the plant came late.<br><br>Please look at page 2:<br>" in page
    assert "&lt;b&gt;Scrap&lt;/b&gt; &amp; rework." in page


def test_nothing_stands_above_a_letter_without_name_and_note() -> None:
    text, page = shown(OPENED)
    assert text.startswith("body")
    assert page == "<body><table><tr><td></td></tr></table></body>\n"


def test_a_note_cannot_set_a_mark_or_write_a_header() -> None:
    note = f"{FILES_HERE}\x00\r\nBcc: x@example.com"
    content = build(OPENED, replace(ENVELOPE, note=note, greeted=f"A{CONTACT_HERE}"))
    assert parsed(content)["Bcc"] is None
    text = shown(OPENED, note=f"see {FILES_HERE}", greeted=f"A{CONTACT_HERE}")[0]
    assert text.startswith("Dear Acontact,\n\nsee files\n\nbody")
