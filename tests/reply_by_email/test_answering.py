"""An answer by mail does what the same text does on the page, is taken once, and nothing that somebody else sends does anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.case_file import details
from community.core import clock, mailer
from community.core.errors import NotAllowed
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.reply_by_email import addresses, receiving
from community.reply_by_email.addresses import Purpose
from community.reply_by_email.models import IncomingMail
from community.reply_by_email.outcomes import Outcome
from community.reply_by_email.receiving import receive
from community.threads import holding, moderating, protecting, solving
from community.threads.holding import Offer, Verdict
from community.threads.models import Thread
from community.threads.protecting import NobodyLooks
from tests.making import Cast, Make
from tests.reply_by_email.conftest import Letters, setting
from tests.working import work

OURS = "mx.example.com"


def told(name: str) -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.name == name).order_by(Mail.id)))


def private_values(letters: Letters) -> list[str]:
    db.session.rollback()
    alice = letters.alice
    return list(details.own_values(alice, details.of_case(letters.thread.id, alice.id)).values())


def test_a_mail_about_a_thread_can_be_answered_and_the_answer_is_told_to_its_followers(
    letters: Letters, make: Make, cast: Cast
) -> None:
    work()
    (mail,) = [mail for mail in told("notification") if mail.person_id == cast.alice.id]
    message = mailer.as_message(mail)
    assert message["Reply-To"].addresses[0].addr_spec == letters.address()
    assert len(message["Reply-To"].addresses[0].username) <= 64
    assert message["References"] == message["In-Reply-To"] == f"<thread-{letters.thread.id}@localhost>"
    assert "what you write is posted publicly in the thread" in mail.text
    assert "what you write is posted publicly in the thread" in mail.html
    assert receive(letters.plain("Both lights are green.", address=str(message["Reply-To"]))) is Outcome.POSTED
    work()
    (notified,) = [mail for mail in told("notification") if mail.person_id == cast.carol.id]
    assert "Both lights are green." in notified.text
    assert "Staff answer at the desk" in notified.text


def test_who_may_not_reply_there_answers_a_person(letters: Letters, make: Make, cast: Cast) -> None:
    with writing():
        moderating.lock_thread(letters.thread, by=cast.dora, reason="Enough said.")
    work()
    (mail,) = [mail for mail in told("notification") if "locked" in mail.text and mail.person_id == cast.alice.id]
    assert mail.reply_to is None
    assert "Answer this mail; a person reads it." in mail.text


def test_where_no_answers_come_in_none_are_asked_for(app: Flask, letters: Letters) -> None:
    with setting(app, MAIL_IN_ADDRESS=""):
        work()
        assert {mail.reply_to for mail in told("notification")} == {None}
        assert addresses.private_address(letters.alice, letters.thread) is None


def test_a_mail_that_is_delivered_twice_is_one_reply(letters: Letters) -> None:
    outcomes = [receive(letters.plain("Green.", key=key)) for key in ("1", "1", "2")]
    assert outcomes == [Outcome.POSTED, Outcome.REPEATED, Outcome.REPEATED]
    assert letters.answers() == ["Green."]
    assert told("answer_taken") == []  # there is nothing to say


def test_what_is_personal_goes_to_the_private_details_and_the_writer_is_told(letters: Letters) -> None:
    assert (
        receive(letters.plain("Call me at 0171 3920174 or pay to DE89 3704 0044 0532 0130 00. It blinks."))
        is Outcome.POSTED
    )
    assert letters.answers() == ["Call me at [private detail] or pay to [private detail]. It blinks."]
    assert private_values(letters) == ["0171 3920174", "DE89 3704 0044 0532 0130 00"]
    (mail,) = told("answer_taken")
    assert "moved to your private details" in mail.text
    assert "3920174" not in mail.text + mail.html + mail.subject


def test_nothing_is_posted_while_nobody_looks_for_what_is_personal(app: Flask, letters: Letters) -> None:
    guard = app.extensions.pop("theke-personal-data")
    with pytest.raises(NobodyLooks):
        receive(letters.plain("Green."))
    assert letters.answers() == []
    protecting.guarded_by(app, guard)
    assert receive(letters.plain("Green.")) is Outcome.POSTED


def test_an_answer_to_a_private_address_is_never_a_post(letters: Letters) -> None:
    address = letters.address(Purpose.PRIVATE)
    long = "My number is 4711.\n" * 200
    assert receive(letters.plain(long, address=address)) is Outcome.KEPT_PRIVATE
    assert letters.answers() == []
    assert "\n".join(private_values(letters)).replace("\n", "") == long.replace("\n", "")
    (mail,) = told("answer_taken")
    assert "4711" not in mail.text + mail.html + mail.subject
    assert "goes to the private details; only you and staff read it" in mail.text
    both = letters.plain("4712", address=f"{letters.address()}, {address}", key="both")
    assert receive(both) is Outcome.KEPT_PRIVATE


def test_an_answer_that_waits_for_staff_says_so(app: Flask, letters: Letters) -> None:
    holding.judged_by(app, lambda offer: Verdict(grounds=({"ground": "word", "detail": "x"},)))
    assert receive(letters.mail("base64_with_photo")) is Outcome.HELD
    (mail,) = told("answer_taken")
    assert "Staff look at it before everybody can read it" in mail.text
    assert "attachments do not come in by mail" in mail.text


def test_an_answer_does_not_reopen_what_is_solved_and_says_so(letters: Letters, make: Make, cast: Cast) -> None:
    answer = make.reply(letters.thread, cast.carol)
    with writing():
        solving.mark_solution(answer, by=cast.alice)
    assert receive(letters.plain("Thank you, Carol!")) is Outcome.POSTED
    assert letters.thread.solved_at is not None
    assert "marked as solved" in told("answer_taken")[0].text


def refuse(offer: Offer) -> Verdict:
    return Verdict(is_refused=True)


def locked(app: Flask, thread: Thread, cast: Cast) -> None:
    moderating.lock_thread(thread, by=cast.dora, reason="Enough said.")


def silenced(app: Flask, thread: Thread, cast: Cast) -> None:
    cast.alice.silenced_until = clock.now() + timedelta(days=1)


def removed(app: Flask, thread: Thread, cast: Cast) -> None:
    thread.visibility = "removed"


def on_staff(app: Flask, thread: Thread, cast: Cast) -> None:
    cast.alice.role = "agent"


def judged(app: Flask, thread: Thread, cast: Cast) -> None:
    holding.judged_by(app, refuse)


def old(app: Flask, thread: Thread, cast: Cast) -> None:
    pass


REASONS: dict[Callable[..., None], tuple[Outcome, str]] = {
    locked: (Outcome.CLOSED, "takes no more replies"),
    silenced: (Outcome.BARRED, "you can write nothing here until"),
    removed: (Outcome.GONE, "cannot be read any more"),
    on_staff: (Outcome.STAFF, "Staff answer at the desk"),
    judged: (Outcome.REFUSED, "cannot be posted as it is"),
    old: (Outcome.OVER, "older than 30 days"),
}


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.__name__)
def test_what_is_not_taken_is_told_once_with_the_reason_and_without_the_text(
    app: Flask, letters: Letters, cast: Cast, reason: Callable[..., None]
) -> None:
    message = letters.plain("My secret words.")
    with writing():
        reason(app, letters.thread, cast)
    outcome, why = REASONS[reason]
    with clock.frozen(clock.now() + timedelta(days=32) if reason is old else clock.now()):
        assert receive(message) is outcome
        assert receive(message) is Outcome.REPEATED
    assert letters.answers() == []
    (mail,) = told("answer_refused")
    assert mail.address == "alice@example.org"
    assert why in mail.text
    assert why in mail.html
    assert "secret" not in mail.text + mail.html


def test_private_details_may_follow_when_a_thread_is_locked(letters: Letters, cast: Cast, app: Flask) -> None:
    with writing():
        locked(app, letters.thread, cast)
    assert receive(letters.plain("4711", address=letters.address(Purpose.PRIVATE))) is Outcome.KEPT_PRIVATE


def test_refusals_are_told_a_few_times_an_hour(letters: Letters) -> None:
    for number in range(8):
        receive(letters.plain("x", sent_by="mallory@example.net", key=str(number)))
    assert len(told("answer_refused")) == 5
    assert db.session.scalar(select(func.count(IncomingMail.id))) == 8


def test_who_writes_too_often_is_told_and_nothing_is_lost_unsaid(letters: Letters) -> None:
    outcomes = [receive(letters.plain(f"Line {number}", key=str(number))) for number in range(6)]
    assert outcomes == [Outcome.POSTED] * 5 + [Outcome.TOO_MANY]


def forged(letters: Letters, cast: Cast) -> dict[str, str]:
    good = letters.address()
    local, _at, domain = good.rpartition("@")
    place = len("community+r.") + 12  # within the number of the thread
    return {
        "another thread": f"{local[:place]}{'b' if local[place] != 'b' else 'c'}{local[place + 1 :]}@{domain}",
        "another purpose": good.replace("+r.", "+p."),
        "no token": f"community+r.@{domain}",
        "a person who is gone": letters.address(person=cast.bob),
    }


@pytest.mark.parametrize("what", ["another thread", "another purpose", "no token", "a person who is gone"])
def test_an_address_that_was_not_signed_for_this_does_nothing(letters: Letters, cast: Cast, what: str) -> None:
    with writing():
        cast.bob.disabled_at = clock.now()
    outcome = receive(letters.plain("Close it.", address=forged(letters, cast)[what]))
    assert outcome in (Outcome.FORGED, Outcome.NOT_OURS)
    assert letters.answers() == private_values(letters) == []
    assert told("answer_refused") == []


def test_a_signature_of_an_older_key_counts_while_that_is_accepted(app: Flask, letters: Letters) -> None:
    address = letters.address()
    with setting(app, SECRET_KEY="another one", SECRET_KEY_FALLBACKS=[app.config["SECRET_KEY"]]):
        assert receive(letters.plain("Green.", address=address.upper())) is Outcome.POSTED
    with setting(app, SECRET_KEY="another one"):
        assert receive(letters.plain("Red.", address=address, key="2")) is Outcome.FORGED


SAYS_PASS = f"Authentication-Results: {OURS}; dkim=pass; dmarc=pass (p=none) header.from=example.org"
VOUCHED = {
    "our server says so": (SAYS_PASS, True),
    "in two headers": (f"Authentication-Results: {OURS} 1; spf=pass\n{SAYS_PASS}", True),
    "nobody says anything": ("", False),
    "it failed, and a forged header below says pass": (
        SAYS_PASS.replace("dmarc=pass", "dmarc=fail") + f"\n{SAYS_PASS}",
        False,
    ),
    "another server says so": (SAYS_PASS.replace(OURS, "mx.example.net"), False),
    "another server on top": (f"Authentication-Results: mx.example.net; dmarc=pass\n{SAYS_PASS}", False),
    "a name that begins like ours": (SAYS_PASS.replace(OURS, f"{OURS}.example.net"), False),
    "in a comment": (f"Authentication-Results: {OURS}; dmarc=fail (x; dmarc=pass)", False),
    "in a quoted name": (f'Authentication-Results: {OURS}; spf=fail smtp.mailfrom="x; dmarc=pass"@example.net', False),
    "for another domain": (SAYS_PASS.replace("header.from=example.org", "header.from=example.net"), False),
}


def test_our_own_mail_server_must_vouch_for_the_sender(app: Flask, letters: Letters) -> None:
    with setting(app, MAIL_AUTH_SERVER=OURS):
        found = {
            what: receive(letters.plain(f"Green: {what}.", head=head, key=str(n)))
            for n, (what, (head, _)) in enumerate(VOUCHED.items())
        }
    assert found == {what: Outcome.POSTED if is_taken else Outcome.UNPROVEN for what, (_, is_taken) in VOUCHED.items()}


def test_nothing_of_a_mail_is_kept_beside_what_it_did(letters: Letters) -> None:
    receive(letters.plain("Green."))
    row = db.session.scalars(select(IncomingMail)).one()
    assert (row.outcome, row.person_id, row.thread_id) == ("posted", letters.alice.id, letters.thread.id)
    assert set(IncomingMail.__table__.columns.keys()) == {
        "id",
        "message_hash",
        "at",
        "outcome",
        "thread_id",
        "person_id",
    }
    with clock.frozen(clock.now() + timedelta(days=receiving.KEPT_DAYS + 1)):
        receiving.sweep()
    assert db.session.scalar(select(func.count(IncomingMail.id))) == 0


def test_the_address_is_forgotten_when_the_mail_has_left(app: Flask, letters: Letters) -> None:
    with setting(app, DEVELOPMENT=False):
        work()
    assert {mail.reply_to for mail in told("notification")} == {None}


def test_a_detail_of_another_is_read_by_nobody_through_a_mail(letters: Letters, cast: Cast) -> None:
    receive(letters.plain("4711", address=letters.address(Purpose.PRIVATE)))
    with pytest.raises(NotAllowed):
        details.own_values(cast.bob, details.of_case(letters.thread.id))
