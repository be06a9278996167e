"""What programs send: what comes out of each of their mails as a reply, and which are dropped."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.reply_by_email import quotes
from community.reply_by_email.outcomes import Outcome
from community.reply_by_email.reading import read
from community.reply_by_email.receiving import receive
from tests.reply_by_email.conftest import MAILS, Letters

GREEN = "Die Box blinkt jetzt grün."
TAKEN = {
    "gmail": "The box now blinks *green*.\nI restarted it twice.",
    "outlook_de": GREEN,
    "outlook_en": "The box blinks green now.",
    "outlook_old_de": GREEN,
    "apple_de": GREEN,
    "apple_en": "The box blinks green now.",
    "thunderbird_below": "Ja, und sie blinkt jetzt grün, auch nach einem Neustart.\n\nDie kleine weiße.",
    "list_and_thanks": "Thanks, that was quick. I have tried:\n\n- the other socket\n- a new cable\n\nIt still blinks red.",
    "html_only": "Die Box blinkt grün.\n\n* Neustart\n* anderes Kabel",
    "latin1": GREEN,
    "charset_unknown": GREEN,
    "base64_with_photo": GREEN,
}
DROPPED = {
    "all_quoted": Outcome.EMPTY,
    "bounce": Outcome.BOUNCE,
    "vacation": Outcome.MACHINE,
    "outlook_away": Outcome.MACHINE,
    "mailing_list": Outcome.MACHINE,
    "our_own": Outcome.MACHINE,
    "other_sender": Outcome.WRONG_SENDER,
    "two_senders": Outcome.WRONG_SENDER,
}


def test_every_sample_has_its_place() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == TAKEN.keys() | DROPPED.keys()


@pytest.mark.parametrize("name", TAKEN)
def test_what_somebody_wrote_themselves_becomes_the_reply(letters: Letters, name: str) -> None:
    assert receive(letters.mail(name)) is Outcome.POSTED
    assert letters.answers() == [TAKEN[name]]


@pytest.mark.parametrize("name", DROPPED)
def test_what_is_no_answer_of_hers_posts_nothing(letters: Letters, name: str) -> None:
    assert receive(letters.mail(name)) is DROPPED[name]
    assert letters.answers() == []


def bombs(letters: Letters) -> dict[str, tuple[bytes, Outcome]]:
    head = letters.plain("x").partition(b"Content-Type")[0]
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000))
    return {
        "nested parts": (head + nested, Outcome.UNREADABLE),
        "nested mails": (head + b"Content-Type: message/rfc822\n\n" * 5_000, Outcome.UNREADABLE),
        "a million parts": (
            head + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1_000_000,
            Outcome.UNREADABLE,
        ),
        "a million reports": (
            head
            + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/delivery-status\n"
            + b"\n" * 10**6,
            Outcome.UNREADABLE,
        ),
        "a million headers": (head + b"a:\n" * 1_000_000 + b"\nhello", Outcome.EMPTY),
        "an endless From": (head.replace(b"alice@", b"(" * 200_000 + b"alice@") + b"\nhello", Outcome.WRONG_SENDER),
        "eleven megabytes": (head + b"\n" + b"x" * 11 * 1024 * 1024, Outcome.TOO_LARGE),
        "a strange codec": (
            head + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 50_000,
            Outcome.TOO_LONG,
        ),
        "HTML that never ends": (head + b"Content-Type: text/html\n\n" + b"<a <!-- " * 40_000, Outcome.EMPTY),
    }


BOMBS = (
    "nested parts", "nested mails", "a million parts", "a million reports", "a million headers", "an endless From",
    "eleven megabytes", "a strange codec", "HTML that never ends",
)  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_that_means_harm_costs_little(letters: Letters, name: str) -> None:
    message, outcome = bombs(letters)[name]
    began = time.process_time()
    assert receive(message) is outcome
    assert time.process_time() - began < 8


REPEATED = (
    "On " + "x wrote " * 50,
    "Am " + "a schrieb " * 40,
    "> " * 200,
    "Von: " * 80,
    "Sent from my " * 30,
    "Disclaimer: mail " * 25,
)


def test_cutting_costs_little_whatever_is_repeated() -> None:
    began = time.process_time()
    for line in REPEATED:
        quotes.own_words("\n".join([line] * 1_000))
    assert time.process_time() - began < 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.lists(
        st.sampled_from(
            ["From: alice@example.org", "To: TO", "Content-Type: multipart/alternative; boundary=b", "Content-Type: text/html; charset=utf-16",
             "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: uuencode", "Message-ID: <a@b>", "From: \udcff", "Subject: =?x?q?=ff?="]
        ),
        max_size=6,
    ),
    body=st.binary(max_size=400),
)  # fmt: skip
def test_no_bytes_make_it_fail(letters: Letters, head: list[str], body: bytes) -> None:
    said = "\n".join(head).replace("TO", letters.address()).encode("utf-8", "surrogateescape")
    assert receive(said + b"\n\n--b\n" + body) in Outcome
    assert receive(body) in Outcome


def test_no_signed_address_is_ever_published(letters: Letters) -> None:
    address = letters.address()
    receive(letters.plain(f"I answered to {address} and to {address.upper()}."))
    assert "+r" not in letters.answers()[0].lower()


def test_a_mail_without_a_name_of_its_own_is_told_by_its_text() -> None:
    assert read(b"From: a@b\n\none").key != read(b"From: a@b\n\ntwo").key
    assert read(b"Message-ID: <1>\n\none").key == read(b"Message-ID:  <1>\nX: y\n\ntwo").key
