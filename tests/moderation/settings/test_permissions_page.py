"""Permissions in the settings: the table of a role or a person; changed cells are stored, each with its row."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import Holder, Verb, may
from community.core.extensions import db, writing
from community.threads.models import Category
from moderation.models import AuditEntry
from moderation.settings.permissions import words
from tests.counting import statements
from tests.making import Cast, Make
from tests.sending import forms, parse, send, text_of
from tests.test_architecture import faults_of

PAGE = "/moderation/settings/permissions"


@pytest.fixture
def power(make: Make) -> Category:
    make.category("internet")
    return make.category("power")


@pytest.fixture
def janas(power: Category, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.jana)  # type: ignore[no-any-return]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def effect(answer, cell: str) -> str:  # type: ignore[no-untyped-def]
    return next(text_of(item) for item in parse(answer).iter("small") if item.get("id") == f"{cell}-effect")


def say(person: Person | None, verb: Verb, place: int | None, is_allowed: bool | None, by: Person) -> None:
    holder = Holder(person_id=person.id) if person is not None else Holder(role="agent")
    with writing():
        permissions.put(holder, verb, place, is_allowed, by=by)


def test_every_verb_stands_in_the_table_once() -> None:
    named = [verb for _title, verbs in words.GROUPS for verb in verbs]
    assert sorted(named) == sorted(Verb)


def test_changed_cells_alone_are_stored_each_with_its_row(janas: FlaskClient, cast: Cast, power: Category) -> None:
    sent = {f"hide-{power.id}": "not", "redact-0": "may"}
    assert send(janas, f"{PAGE}?role=agent", PAGE, **sent).status_code == 303
    assert (may(cast.carol, Verb.HIDE, power.id), may(cast.carol, Verb.HIDE), may(cast.carol, Verb.REDACT)) == (
        False,
        True,
        True,
    )
    assert [(entry.act, entry.change["after"]["may"]) for entry in entries()] == [
        ("permission.changed", False),
        ("permission.changed", True),
    ]
    assert send(janas, f"{PAGE}?role=agent", PAGE).status_code == 303  # nothing changed
    assert send(janas, f"{PAGE}?role=agent", PAGE, **{f"hide-{power.id}": ""}).status_code == 303
    assert may(cast.carol, Verb.HIDE, power.id)
    assert len(entries()) == 3


def test_the_page_of_a_person_says_what_they_may_and_why(janas: FlaskClient, cast: Cast, power: Category) -> None:
    page = f"{PAGE}?person=carol"
    assert effect(janas.get(page), f"hide-{power.id}") == "may (usual)"
    for person, place, is_allowed, said in (
        (None, None, False, "may not (said of the role everywhere)"),
        (None, power.id, True, "may (said of the role here)"),
        (cast.carol, None, False, "may not (said of the person everywhere)"),
        (cast.carol, power.id, True, "may (said of the person here)"),
    ):
        say(person, Verb.HIDE, place, is_allowed, cast.jana)
        assert effect(janas.get(page), f"hide-{power.id}") == said
    assert send(janas, page, PAGE, **{"hide-0": "may"}).status_code == 303
    assert may(cast.carol, Verb.HIDE)
    assert entries()[-1].person_id == cast.carol.id


def test_who_was_slower_is_told_and_overwrites_nothing_unseen(janas: FlaskClient, cast: Cast, power: Category) -> None:
    fields = forms(janas.get(PAGE))[PAGE]
    say(None, Verb.LOCK, None, False, cast.jana)
    answer = janas.post(PAGE, data=fields | {"move-0": "not"})
    assert answer.status_code == 409
    assert "Somebody else has changed these permissions" in text_of(parse(answer))
    again = forms(answer)[PAGE]
    assert (again["move-0"], again["lock-0"]) == ("not", "not")
    assert may(cast.carol, Verb.MOVE)
    assert janas.post(PAGE, data=again).status_code == 303
    assert (may(cast.carol, Verb.MOVE), may(cast.carol, Verb.LOCK)) == (False, False)
    assert len(entries()) == 2


def test_what_admins_may_is_fixed(janas: FlaskClient) -> None:
    for query in ("role=admin", "person=jana"):
        name, value = query.split("=")
        page = janas.get(f"{PAGE}?{query}")
        assert "Admins may everything" in text_of(parse(page))
        assert "lock-0" not in forms(page)[PAGE]
        assert janas.post(PAGE, data={name: value, "lock-0": "not"}).status_code == 409
    assert entries() == []


def test_who_is_no_admin_cannot_raise_themselves(janas: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    say(cast.dora, Verb.STAFF, None, True, cast.jana)
    doras = browser_of(cast.dora)
    for sent in (
        {"person": "dora", "targets-0": "may"},
        {"role": "moderator", "targets-0": "may"},
        {"role": "agent", "staff-0": "may"},
        {"role": "agent", "targets-0": "may"},
    ):
        answer = doras.post(PAGE, data=sent)
        assert answer.status_code == 403
        assert forms(answer)[PAGE].items() >= sent.items()
    assert doras.post(PAGE, data={"role": "agent", "redact-0": "may"}).status_code == 303
    assert len(entries()) == 2


def test_what_is_not_there_is_not_found_and_nonsense_changes_nothing(janas: FlaskClient) -> None:
    for query in ("role=king", "person=nobody", "person=alice"):
        assert janas.get(f"{PAGE}?{query}").status_code == 404
    sent = {"role": "agent", "lock-0": "perhaps", "lock-4711": "not", "words-1": "may", "fly-0": "may"}
    assert janas.post(PAGE, data=sent).status_code == 303
    assert entries() == []


def test_the_pages_are_valid_and_cost_the_same_for_many_categories(
    janas: FlaskClient, cast: Cast, make: Make, browser_of
) -> None:  # type: ignore[no-untyped-def]
    for query in ("role=moderator", "person=carol", "role=admin"):
        assert faults_of(janas.get(f"{PAGE}?{query}").get_data(as_text=True)) == []
    with statements() as few:
        janas.get(PAGE)
    for number in range(5):
        make.category(f"room-{number}")
    with statements() as many:
        janas.get(PAGE)
    assert len(few) == len(many)
    for person in (cast.bob, cast.carol, cast.dora):
        assert (browser_of(person).get(PAGE).status_code, browser_of(person).post(PAGE).status_code) == (403, 403)
