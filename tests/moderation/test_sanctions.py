"""Warn, silence, suspend, lift: who may, what it keeps from, who is told, and what is refused with a clear sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock, doctor
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications.models import Notification
from moderation import audit
from moderation.models import AuditEntry
from moderation.sanctions import imposing
from moderation.sanctions.models import FOR_GOOD, Sanction
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of
from tests.test_architecture import faults_of
from tests.working import work

ALICE = "/moderation/people/alice"
REASON = "Three adverts in a row."
SILENCE = {"reason": REASON, "term": "3"}


def entries() -> list[tuple[str, str | None, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.reason, row.is_public) for row in rows]


def sanctions() -> list[Sanction]:
    db.session.rollback()
    return list(db.session.scalars(select(Sanction).order_by(Sanction.id)))


def fresh(person: Person) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, person.id)


def silenced(person: Person, by: Person, **term: float) -> Sanction:
    with writing():
        end = clock.now() + timedelta(**term) if term else None
        return imposing.silence(person, by=by, reason=REASON, ends_at=end)


def suspended(person: Person, by: Person) -> Sanction:
    with writing():
        return imposing.suspend(person, by=by, reason=REASON, ends_at=clock.now() + timedelta(days=7))


def page_text(answer: Any) -> str:
    return text_of(parse(answer))


@pytest.mark.parametrize(
    ("act", "sent", "column", "days"),
    [
        ("warn", {"reason": REASON}, None, None),
        ("silence", SILENCE, "silenced_until", 3),
        ("suspend", SILENCE | {"term": "good"}, "suspended_until", None),
    ],
)
def test_each_of_them_is_a_row_a_fact_and_one_row_of_the_log(
    cast: Cast, browser_of, act: str, sent: dict[str, str], column: str | None, days: int | None
) -> None:  # type: ignore[no-untyped-def]
    answer = browser_of(cast.dora).post(f"{ALICE}/{act}", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, ALICE)
    (row,) = sanctions()
    assert (row.person_id, row.kind, row.reason, row.by_id) == (cast.alice.id, act, REASON, cast.dora.id)
    assert row.ends_at == (clock.now() + timedelta(days=days) if days else None)
    assert [entry[1:] for entry in entries()] == [(REASON, False)]
    assert audit.public_entries() == []
    alice = fresh(cast.alice)
    until = clock.now() + timedelta(days=days) if days else FOR_GOOD
    assert {name: getattr(alice, name) for name in ("silenced_until", "suspended_until")} == {
        "silenced_until": None,
        "suspended_until": None,
    } | ({column: until} if column else {})
    page = browser_of(cast.dora).get(ALICE)
    assert REASON in page_text(page)
    assert faults_of(page.get_data(as_text=True)) == []


def test_a_day_counts_before_a_term_and_is_the_sites(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    browser_of(cast.dora).post(f"{ALICE}/silence", data=SILENCE | {"until": "24.12.2026"})
    assert [row.ends_at.isoformat() for row in sanctions() if row.ends_at] == ["2026-12-24T23:00:00+00:00"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " \u200b "}, "Say why: the person is told the reason"),
        ({"reason": "x" * 2_001}, "Use at most 2000 characters"),
        ({"term": "4711"}, "Choose for how long."),
        ({"until": "2026-11-15"}, "This day is over."),
        ({"until": "next week"}, "This is no date."),
        ({"until": "2026-02-30"}, "This is no date."),
        ({"until": "9999-12-31"}, "more than ten years away"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(
    cast: Cast, browser_of, changed: dict[str, str], sentence: str
) -> None:  # type: ignore[no-untyped-def]
    sent = SILENCE | changed
    answer = browser_of(cast.dora).post(f"{ALICE}/silence", data=sent)
    assert answer.status_code == 422
    fields = forms(answer)[f"{ALICE}/silence"]
    assert sentence in page_text(answer)
    assert fields["until"] == sent.get("until", "")
    assert fields["reason"].strip(" \u200b") == sent["reason"].strip(" \u200b")
    assert (sanctions(), entries()) == ([], [])


def test_the_same_again_meets_a_conflict_and_a_longer_one_does_not(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    for term, status in (("7", 303), ("7", 409), ("3", 409), ("30", 303), ("good", 303), ("90", 409)):
        answer = dora.post(f"{ALICE}/silence", data=SILENCE | {"term": term})
        assert answer.status_code == status
        if status == 409:
            assert "This is so already" in page_text(answer)
            assert forms(answer)[f"{ALICE}/silence"]["reason"] == REASON
    assert len(sanctions()) == len(entries()) == 3
    assert fresh(cast.alice).silenced_until == FOR_GOOD


def test_a_form_sent_twice_counts_once(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora = browser_of(cast.dora)
    sent = forms(dora.get(ALICE))[f"{ALICE}/warn"] | {"reason": REASON}
    assert [dora.post(f"{ALICE}/warn", data=sent).status_code for _twice in range(2)] == [303, 303]
    assert len(sanctions()) == 1


def test_lifting_gives_everything_back_and_is_done_once(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    short, long = silenced(cast.alice, cast.dora, days=3), silenced(cast.alice, cast.dora, days=30)
    dora = browser_of(cast.dora)
    lift = f"/moderation/sanctions/{long.id}/lift"
    assert dora.post(lift, data={"reason": " "}).status_code == 422
    assert dora.post(lift, data={"reason": "It was a mistake."}).status_code == 303
    assert fresh(cast.alice).silenced_until == short.ends_at
    assert (sanctions()[1].lifted_by_id, sanctions()[1].lift_reason) == (cast.dora.id, "It was a mistake.")
    again = dora.post(lift, data={"reason": "It was a mistake."})
    assert (again.status_code, "Somebody has lifted this already." in page_text(again)) == (409, True)
    assert dora.get(lift).status_code == 405
    assert entries()[2:] == [("person.sanction_lifted", "It was a mistake.", False)]


def test_nobody_sanctions_themselves_and_only_admins_their_own_kind(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora, jana = browser_of(cast.dora), browser_of(cast.jana)
    other = make.person("ines", "admin")
    for browser, name, act, status in (
        (dora, "dora", "warn", 403),
        (jana, "jana", "suspend", 403),
        (dora, "jana", "warn", 403),
        (dora, "carol", "suspend", 403),
        (dora, "carol", "warn", 303),
        (dora, "carol", "silence", 303),
        (jana, "carol", "suspend", 303),
        (jana, other.name, "suspend", 303),
        (dora, "nobody", "warn", 404),
    ):
        answer = browser.post(f"/moderation/people/{name}/{act}", data=SILENCE)
        assert answer.status_code == status, (name, act)
    assert len(entries()) == 4


def test_a_suspended_moderator_loses_the_desk_at_once_and_keeps_reading(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    dora, thread = browser_of(cast.dora), make.thread(by=cast.alice)
    assert dora.get("/moderation").status_code == 200
    suspended(cast.dora, cast.jana)
    assert dora.get("/moderation").status_code == 403
    assert dora.post(f"{ALICE}/warn", data={"reason": REASON}).status_code == 403
    assert dora.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200


def test_a_silenced_person_reads_and_votes_and_writes_nothing_until_it_is_over(
    make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.bob)
    answer_of_carol = make.reply(thread, cast.carol)
    silenced(cast.alice, cast.dora, days=3)
    alice, text = browser_of(cast.alice), "A text that took me a while."
    refused = alice.post(f"/threads/{thread.id}/replies", data={"body": text})
    assert refused.status_code == 403
    assert "you can write nothing here until November 19, 2026" in page_text(refused)
    assert text in refused.get_data(as_text=True)
    assert alice.post("/settings/account", data={"display_name": "Other", "language": "en"}).status_code == 403
    assert alice.post(f"/posts/{answer_of_carol.id}/helpful").status_code == 303
    with clock.frozen(clock.now() + timedelta(days=3, minutes=1)):
        assert alice.post(f"/threads/{thread.id}/replies", data={"body": text}).status_code == 303


def test_a_suspended_person_only_reads_and_sees_why(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.bob)
    answer_of_carol = make.reply(thread, cast.carol)
    suspended(cast.alice, cast.dora)
    alice = browser_of(cast.alice)
    assert alice.post(f"/threads/{thread.id}/replies", data={"body": "A text."}).status_code == 403
    assert alice.post(f"/posts/{answer_of_carol.id}/helpful").status_code == 403
    standing = page_text(alice.get("/settings/standing"))
    assert "Your account is limited at present" in standing
    assert REASON in standing


def test_the_bar_is_on_every_page_of_hers_and_on_nobody_elses(app: Flask, make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.bob, replies=1)
    pages = ["/", "/threads", f"/threads/{thread.id}/{thread.slug}", "/settings/account", "/people/alice"]
    others = [browser_of(cast.bob), browser_of(make.person("ella")), app.test_client()]
    silenced(cast.alice, cast.dora, days=3)
    alice = browser_of(cast.alice)
    for _twice in range(2):
        for address in pages:
            for browser in others:
                assert REASON not in browser.get(address).get_data(as_text=True)
            shown = alice.get(address).get_data(as_text=True)
            assert REASON in shown
            assert faults_of(shown) == []
    kept = [*app.extensions["theke-pieces"].values(), *app.extensions["theke-wholes"].values()]
    assert REASON not in str(kept)


def test_she_is_told_by_notification_and_mail_of_the_sanction_and_of_its_end(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    row = silenced(cast.alice, cast.dora, days=3)
    with writing():
        imposing.lift(row, by=cast.jana, reason="It was somebody else.")
    work()
    kinds = [(told.person_id, told.kind) for told in db.session.scalars(select(Notification).order_by(Notification.id))]
    assert kinds == [(cast.alice.id, "silenced"), (cast.alice.id, "sanction_lifted")]
    first, second = db.session.scalars(select(Mail).order_by(Mail.id))
    assert (first.subject, second.person_id) == ("You can write nothing at Theke for now", cast.alice.id)
    for said in (REASON, "November 19, 2026", "http://localhost/settings/standing", "appeal"):
        assert said in first.text
        assert said in first.html
    assert "It was somebody else." in second.text
    page = browser_of(cast.alice).get("/notifications")
    assert "You can write nothing for a time." in page_text(page)
    opened = browser_of(cast.alice).post("/notifications/1")
    assert opened.headers["Location"] == "/settings/standing"


def test_an_appeal_that_somebody_else_grants_lifts_it(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    row = suspended(cast.alice, cast.dora)
    alice, other = browser_of(cast.alice), browser_of(make.person("ines", "moderator"))
    way = f"/appeals/new?about=sanction-{row.id}"
    assert way in alice.get("/settings/standing").get_data(as_text=True)
    assert browser_of(cast.bob).get(way).status_code == 404
    assert alice.post(way, data={"text": "It was my brother, on my phone."}).status_code == 303
    decision = {"outcome": "granted", "reason": "That is plausible."}
    assert browser_of(cast.dora).post("/moderation/appeals/1", data=decision).status_code == 403
    assert REASON in other.get("/moderation/appeals/1").get_data(as_text=True)
    assert other.post("/moderation/appeals/1", data=decision).status_code == 303
    assert (fresh(cast.alice).suspended_until, sanctions()[0].lift_reason) == (None, "That is plausible.")
    assert [entry[0] for entry in entries()] == ["person.suspended", "appeal.granted"]
    work()
    told = select(Notification.kind).where(Notification.person_id == cast.alice.id)
    assert list(db.session.scalars(told.order_by(Notification.event_id))) == ["suspended", "appeal_granted"]
    assert alice.get("/settings/standing").status_code == 200


def test_the_desk_and_the_profile_lead_there(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    silenced(cast.alice, cast.dora, days=3)
    with writing():
        imposing.warn(cast.alice, by=cast.carol, reason=REASON)
    desk = browser_of(cast.carol).get(f"/moderation?case={thread.id}")
    assert "1 warning" in page_text(desk)
    assert "Silenced until" in page_text(desk)
    for page, may in ((desk, True), (browser_of(cast.carol).get("/people/alice"), True)):
        assert (f'href="{ALICE}"' in page.get_data(as_text=True)) is may
    assert ALICE not in browser_of(cast.bob).get("/people/alice").get_data(as_text=True)


def test_an_agent_sees_no_form_that_she_may_not_send(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    found = forms(browser_of(cast.carol).get(ALICE))
    assert f"{ALICE}/warn" in found
    assert {f"{ALICE}/silence", f"{ALICE}/suspend"} & set(found) == set()


def test_the_doctor_finds_and_mends_what_differs(cast: Cast) -> None:
    silenced(cast.alice, cast.dora, days=3)
    check = doctor.checks()["sanctions"]
    assert list(check.problems()) == []
    with writing():
        cast.alice.silenced_until, cast.bob.suspended_until = None, FOR_GOOD
    assert len(list(check.problems())) == 2
    assert check.repair is not None
    assert check.repair() == 2
    assert list(check.problems()) == []
    assert fresh(cast.alice).silenced_until == clock.now() + timedelta(days=3)


def test_the_stranger_logs_in_and_the_neighbour_is_refused(cast: Cast, browser_of, stranger: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    for address in (f"{ALICE}/warn", f"{ALICE}/silence", f"{ALICE}/suspend", "/moderation/sanctions/1/lift"):
        assert browser_of(cast.bob).post(address, data=SILENCE).status_code == 403
        assert stranger.post(address, data=SILENCE).headers["Location"].startswith("/login")
    assert sanctions() == []
