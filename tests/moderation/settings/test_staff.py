"""Staff in the settings: given a role, another one, none; shut out and let in; nobody for themselves, and one admin always stays."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import passwords, permissions
from community.accounts.models import Person, Session
from community.accounts.permissions import Holder, Verb
from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db, writing
from moderation.models import AuditEntry
from moderation.owning import claiming, contacts
from moderation.settings.staff import appointing
from moderation.settings.staff import routes as staff_routes
from tests.making import Cast, Make
from tests.sending import forms, parse, send, text_of
from tests.test_architecture import faults_of

LIST = "/moderation/settings/staff"


@pytest.fixture
def janas(make: Make, cast: Cast, browser_of, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(staff_routes, "confirm_password", lambda *arguments: None)
    with writing():
        for person in (cast.alice, cast.carol, cast.dora, cast.jana):
            person.password_hash = "x"
    return browser_of(cast.jana)  # type: ignore[no-any-return]


def now(person: Person) -> Person:
    db.session.rollback()
    db.session.refresh(person)
    return person


def acts() -> list[tuple[str, Any]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.act, entry.change) for entry in rows]


def complaint(answer: Any) -> str:
    notices = (
        item for item in parse(answer).iter() if (item.get("class") or "").startswith(("field-error", "notice "))
    )
    return " ".join(text_of(item) for item in notices)


@pytest.mark.parametrize("who", ["ALICE", "alice@example.org"])
def test_a_customer_becomes_an_agent_and_logs_in_again(janas: FlaskClient, cast: Cast, browser_of, who: str) -> None:  # type: ignore[no-untyped-def]
    browser_of(cast.alice)
    assert send(janas, LIST, LIST, who=who, role="agent").status_code == 303
    assert now(cast.alice).role == "agent"
    assert db.session.scalar(select(Session.id).where(Session.person_id == cast.alice.id)) is None
    assert acts() == [("person.role_changed", {"before": "customer", "after": "agent"})]
    assert "Alice" in text_of(parse(janas.get(LIST)))


WRONG = [
    ({"who": ""}, "Write their user name or mail address."),
    ({"who": "nobody"}, "Nobody here has this name or address."),
    ({"who": "carol"}, "Carol works here already."),
    ({"who": "bob"}, "cannot log in"),
    ({"role": "king"}, "Choose a role."),
]


def test_a_complaint_stands_on_the_page_and_what_was_typed_is_kept(janas: FlaskClient) -> None:
    for wrong, said in WRONG:
        sent = {"who": "alice", "role": "moderator"} | wrong
        answer = send(janas, LIST, LIST, **sent)
        assert answer.status_code == 422
        assert said in complaint(answer)
        assert forms(answer)[LIST]["who"] == sent["who"]
        assert faults_of(answer.get_data(as_text=True)) == []
    assert acts() == []


def test_who_loses_the_role_lets_claims_and_threads_go(janas: FlaskClient, make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.carol)
    with writing():
        claiming.claim(thread, by=cast.carol)
    assert contacts.contact_of(thread) == cast.carol
    page = f"{LIST}/{cast.carol.id}"
    assert send(janas, page, f"{page}/role", role="customer").status_code == 303
    db.session.rollback()
    assert (now(cast.carol).role, claiming.claim_of(thread.id), contacts.contact_of(thread)) == ("customer", None, None)
    answer = janas.post(f"{page}/role", data={"role": "agent"})
    assert (answer.status_code, "does not work here any more" in text_of(parse(answer))) == (409, True)
    assert [act for act, _change in acts()] == ["person.role_changed"]


def test_shut_out_and_let_in_leave_a_row_each(janas: FlaskClient, cast: Cast) -> None:
    page = f"{LIST}/{cast.dora.id}"
    assert send(janas, page, f"{page}/disable", reason="Left the company.").status_code == 303
    assert not now(cast.dora).is_active
    assert janas.post(f"{page}/disable").status_code == 409
    assert send(janas, page, f"{page}/enable").status_code == 303
    assert now(cast.dora).is_active
    assert [act for act, _change in acts()] == ["person.disabled", "person.enabled"]
    assert janas.post(f"{page}/disable", data={"reason": "x" * 201}).status_code == 422


def test_nobody_changes_it_for_themselves_and_the_last_admin_stays(janas: FlaskClient, make: Make, cast: Cast) -> None:
    for act in ("/role", "/disable"):
        answer = janas.post(f"{LIST}/{cast.jana.id}{act}", data={"role": "agent"})
        assert (answer.status_code, "Nobody changes this for themselves" in complaint(answer)) == (403, True)
    other = make.person("olga", "admin", password_hash="x")
    with writing():
        other.suspended_until = clock.ago(days=-1)
    for verb in (
        lambda: appointing.give_role(cast.jana, "agent", by=other),
        lambda: appointing.shut_out(cast.jana, by=other),
    ):
        with pytest.raises(Conflict, match="last admin"), writing():
            verb()
    assert janas.post(f"{LIST}/{other.id}/role", data={"role": "customer"}).status_code == 303
    assert acts() == [("person.role_changed", {"before": "admin", "after": "customer"})]


def test_who_is_no_admin_neither_makes_nor_touches_admins(janas: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    with writing():
        permissions.put(Holder(person_id=cast.dora.id), Verb.STAFF, None, True, by=cast.jana)
    doras = browser_of(cast.dora)
    for address, sent in (
        (LIST, {"who": "alice", "role": "admin"}),
        (f"{LIST}/{cast.carol.id}/role", {"role": "admin"}),
        (f"{LIST}/{cast.jana.id}/role", {"role": "agent"}),
        (f"{LIST}/{cast.jana.id}/disable", {}),
    ):
        answer = doras.post(address, data=sent)
        assert (answer.status_code, "Only admins" in complaint(answer)) == (403, True)
    assert doras.post(f"{LIST}/{cast.carol.id}/role", data={"role": "moderator"}).status_code == 303
    assert [act for act, _change in acts()] == ["permission.changed", "person.role_changed"]


def test_each_act_asks_for_ones_own_password(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    hashed = passwords.hash_password("a lamp beside the sea")
    with writing():
        cast.jana.password_hash = hashed
    janas, page = browser_of(cast.jana), f"{LIST}/{cast.carol.id}"
    answer = send(janas, page, f"{page}/role", role="moderator", current_password="a lamb")
    assert (answer.status_code, "not your present password" in complaint(answer)) == (422, True)
    assert "a lamb" not in answer.get_data(as_text=True)
    assert now(cast.carol).role == "agent"
    answer = send(janas, page, f"{page}/role", role="moderator", current_password="a lamp beside the sea")
    assert (answer.status_code, now(cast.carol).role) == (303, "moderator")


def test_the_pages_are_valid_and_acts_refuse_get_and_moderators(janas: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    pages = [LIST, *(f"{LIST}/{person.id}" for person in (cast.carol, cast.jana))]
    assert [faults_of(janas.get(page).get_data(as_text=True)) for page in pages] == [[]] * 3
    doras = browser_of(cast.dora)
    assert [doras.get(page).status_code for page in pages] == [403] * 3
    for act in ("/role", "/disable", "/enable"):
        assert doras.post(pages[1] + act).status_code == 403
        assert janas.get(pages[1] + act).status_code == 405
    assert janas.get(f"{LIST}/{cast.alice.id}").status_code == 404
