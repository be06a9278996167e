"""Telephone and chat systems tell of contacts: signed, fresh, once, and in the order in which they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from standardwebhooks import Webhook

from community.case_file.contact_entries import keeping as entries
from community.case_file.contact_entries.models import ContactEntry
from community.case_file.hooks import keeping, receiving
from community.case_file.hooks.models import Hook, HookCall
from community.core import clock
from community.core.extensions import db, writing
from tests.making import Cast, Make

SAID = "He will send the meter reading tomorrow"


@dataclass
class System:
    """A telephone system with the secret that it was given."""

    browser: FlaskClient
    hook: Hook
    secret: str
    calls: int = 0

    def tells(
        self, call_id: str = "", at: datetime | None = None, secret: str = "", sent: bytes = b"", **changed: Any
    ) -> Any:
        """Tell of a call; returns the answer."""
        self.calls += 1
        call_id, at = call_id or f"msg_{self.calls}", at or clock.now()
        said = {
            "type": "contact.logged",
            "id": "call-1",
            "channel": "call",
            "summary": SAID,
            "happened_at": "2026-11-16T08:00:00+00:00",
        } | changed
        body = sent or json.dumps(said).encode()
        signature = Webhook(secret or self.secret).sign(call_id, at, body.decode())
        headers = {"webhook-id": call_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        return self.browser.post(f"/hooks/{self.hook.id}/contacts", data=body, headers=headers)


@pytest.fixture
def system(cast: Cast, stranger: FlaskClient) -> System:
    with writing():
        hook, secret = keeping.connect("Telephone", by=cast.jana)
    return System(stranger, hook, secret)


def logged() -> list[ContactEntry]:
    return list(db.session.scalars(select(ContactEntry).order_by(ContactEntry.id)))


def test_what_a_system_tells_stands_in_the_case_file(make: Make, cast: Cast, system: System) -> None:
    thread = make.thread(by=cast.alice)
    answer = system.tells(case=thread.id)
    assert (answer.status_code, answer.json["outcome"]) == (200, "logged")
    (entry,) = logged()
    assert (entry.person_id, entry.thread_id, entry.is_public) == (cast.alice.id, thread.id, False)
    assert entries.summary_of(entry) == SAID


def test_a_call_that_comes_twice_is_one_and_answered_alike(cast: Cast, system: System) -> None:
    first, again = (system.tells(call_id="msg_7", customer={"name": "alice"}) for _twice in range(2))
    assert first.json == again.json
    assert len(logged()) == 1
    assert system.tells(call_id="msg_7", summary="Something else").status_code == 409
    assert entries.summary_of(logged()[0]) == SAID


def test_what_was_sent_earlier_and_comes_later_changes_nothing(cast: Cast, system: System) -> None:
    now = clock.now()
    system.tells(at=now, summary="The last word", customer={"name": "alice"})
    late = system.tells(at=now - timedelta(seconds=30), summary="An earlier word")
    assert (late.status_code, late.json["outcome"]) == (200, "older than what is known")
    assert entries.summary_of(logged()[0]) == "The last word"


def test_what_is_withdrawn_stays_so_whatever_comes_after(cast: Cast, system: System) -> None:
    now = clock.now()
    system.tells(at=now, type="contact.withdrawn", id="call-9")
    system.tells(at=now - timedelta(seconds=9), id="call-9")
    assert system.tells(at=now + timedelta(seconds=1), id="call-9").json["outcome"] == "was withdrawn"
    (entry,) = logged()
    assert entry.removed_at is not None
    assert entries.summary_of(entry) == ""


def test_nobody_who_does_not_know_the_secret_is_heard(cast: Cast, system: System) -> None:
    other = "whsec_" + "QUJD" * 10
    forged = system.tells(secret=other)
    assert (forged.status_code, "signature" in forged.json["error"]) == (401, True)
    bare = system.browser.post(f"/hooks/{system.hook.id}/contacts", data=b"{}")
    assert bare.status_code == 401
    with writing():
        renewed = keeping.renew_secret(system.hook, by=cast.jana)
    assert system.tells().status_code == 401
    assert system.tells(secret=renewed).status_code == 200
    with writing():
        keeping.disconnect(system.hook, by=cast.jana)
    assert system.tells(secret=renewed).status_code == 404


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_timestamp_is_refused_with_its_age(system: System, minutes: int) -> None:
    answer = system.tells(at=clock.now() + timedelta(minutes=minutes))
    assert answer.status_code == 400
    assert str(-minutes * 60) in answer.json["error"]
    assert db.session.scalar(select(HookCall)) is None


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"sent": b"no json"}, "JSON"),
        ({"sent": b"[]"}, "object"),
        ({"type": "contact.eaten"}, "type"),
        ({"id": ""}, "id"),
        ({"id": "x" * 101}, "id"),
        ({"summary": None}, "summary"),
        ({"summary": "a\0b"}, "summary"),
        ({"summary": "\ud800"}, "summary"),
        ({"channel": "smoke"}, "channel"),
        ({"happened_at": "2026-11-16T08:00:00"}, "offset"),
        ({"happened_at": "noon"}, "happened_at"),
        ({"happened_at": "2031-01-01T00:00:00+00:00"}, "still to come"),
        ({"case": 2**40}, "case"),
        ({"case": True}, "case"),
        ({"public": "yes"}, "public"),
        ({"customer": "alice"}, "customer"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_field(system: System, changed: dict[str, Any], word: str) -> None:
    answer = system.tells(**changed)
    assert answer.status_code in (400, 422)
    assert word in answer.json["error"]
    assert logged() == []


def test_too_much_is_refused(system: System) -> None:
    assert system.tells(sent=b'{"a":"' + b"x" * 70_000 + b'"}').status_code == 413


def test_whose_it_is_may_be_open_and_is_said_by_staff(make: Make, cast: Cast, system: System, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    assert "staff will say" in system.tells(id="a", customer={"mail": "nobody@example.org"}).json["outcome"]
    system.tells(id="b", case=thread.id, customer={"name": "bob"})  # they contradict each other
    system.tells(id="c", case=4711, public=True)
    carol = browser_of(cast.carol)
    assert carol.get("/moderation/entries").get_data(as_text=True).count(SAID) == 3
    one, two, _three = logged()
    assert carol.post(f"/moderation/entries/{one.id}/assign", data={"where": "nobody"}).status_code == 422
    assert carol.post(f"/moderation/entries/{one.id}/assign", data={"where": "@bob"}).status_code == 303
    assert (
        carol.post(f"/moderation/entries/{two.id}/assign", data={"where": f"/threads/{thread.id}/x"}).status_code == 303
    )
    db.session.expire_all()
    assert (one.person_id, two.thread_id) == (cast.bob.id, thread.id)
    assert carol.post(f"/moderation/entries/{one.id}/assign", data={"where": "alice"}).status_code == 409


def test_the_secret_is_shown_once_and_kept_sealed(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    jana = browser_of(cast.jana)
    shown = jana.post("/moderation/settings/hooks", data={"name": "Chat"}).get_data(as_text=True)
    hook = db.session.scalars(select(Hook)).one()
    secret = keeping.secret_of(hook)
    assert secret in shown
    assert secret not in jana.get("/moderation/settings/hooks").get_data(as_text=True)
    assert secret not in hook.sealed_secret
    assert jana.post("/moderation/settings/hooks", data={"name": "Chat"}).status_code == 422
    for person in (cast.carol, cast.dora, cast.alice):
        assert browser_of(person).get("/moderation/settings/hooks").status_code == 403


def test_calls_are_forgotten_after_a_month(system: System) -> None:

    system.tells()
    with clock.frozen(clock.now() + timedelta(days=31)):
        receiving.sweep()
    assert db.session.scalar(select(HookCall)) is None
