"""The site's own numbers in the settings: each change in the log, found in the next text, and a box to try them in."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.case_file import guarding
from community.case_file.number_patterns import NumberPattern
from community.core.extensions import db, writing
from moderation.models import AuditEntry
from moderation.settings.private_numbers import keeping
from tests.making import Cast
from tests.sending import parse, send, text_of

LIST = "/moderation/settings/private-numbers"
SENT = {"name_de": "Netznummer", "name_en": "Network number", "written": "NL-######", "example": "NL-123456"}
FACT = {"name": "Network number", "name_de": "Netznummer", "pattern": "NL-######", "is_expression": False}


@pytest.fixture
def doras(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.dora)  # type: ignore[no-any-return]


def look_for(cast: Cast, written: str = "NL-######", example: str = "NL-123456") -> None:
    with writing():
        keeping.add(SENT | {"written": written, "example": example, "is_expression": False}, by=cast.dora)


def stored() -> list[tuple[str, str, bool]]:
    db.session.rollback()
    return [(row.name_en, row.written, row.is_expression) for row in db.session.scalars(select(NumberPattern))]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def found(text: str) -> list[str]:
    with writing():
        return [finding.of(text) for finding in guarding.found_in(text)]


def test_a_number_is_added_changed_and_removed_with_one_row_each(doras: FlaskClient, cast: Cast) -> None:
    assert found("NL-123456 and VX 1234-5") == []
    assert send(doras, LIST, LIST, **SENT).status_code == 303
    assert stored() == [("Network number", "NL-######", False)]
    assert found("NL-123456 and VX 1234-5") == ["NL-123456"]
    changed = {"written": r"VX ?\d{4}-\d", "is_expression": "y", "example": "VX 1234-5"}
    assert send(doras, f"{LIST}/1", f"{LIST}/1", **changed).status_code == 303
    assert found("NL-123456 and VX 1234-5") == ["VX 1234-5"]
    assert send(doras, f"{LIST}/1", f"{LIST}/1").status_code == 303  # nothing is changed, nothing is logged
    assert send(doras, f"{LIST}/1", f"{LIST}/1/remove").status_code == 303
    assert (stored(), found("VX 1234-5")) == ([], [])
    after = FACT | {"pattern": r"VX ?\d{4}-\d", "is_expression": True}
    assert [entry.change for entry in entries()] == [
        {"before": None, "after": FACT},
        {"before": FACT, "after": after},
        {"before": after, "after": None},
    ]
    assert {(entry.act, entry.actor_id, entry.is_public) for entry in entries()} == {
        ("guard.changed", cast.dora.id, False)
    }


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"written": ""}, "Write what the number looks like."),
        ({"written": "###"}, "This is in every text."),
        ({"written": "(?=a)b", "is_expression": "y"}, "This regular expression cannot be read."),
        ({"written": r"\w+", "is_expression": "y"}, "This finds ordinary words, such as “Hallo”."),
        ({"written": "####", "example": "1234"}, "This would also find: 7590, 2026"),
        ({"example": "NL-12345"}, "This example is not found."),
        ({"name_de": ""}, "Give it a name in this language, too"),
        ({"written": "XY-####", "example": "XY-1234"}, "This is looked for already."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_it_and_what_was_typed_is_kept(
    doras: FlaskClient, cast: Cast, sent: dict[str, str], said: str
) -> None:
    look_for(cast, "XY-####", "XY-1234")
    answer = doras.post(LIST, data=SENT | sent)
    assert answer.status_code == 422
    assert said in text_of(parse(answer))
    fields = {item.get("id"): item.get("value") for item in parse(answer).iter("input")}
    assert {name: fields[name] or "" for name in SENT} == SENT | {name: sent[name] for name in SENT if name in sent}
    assert len(stored()) == len(entries()) == 1


def test_what_finds_ordinary_numbers_is_taken_when_it_is_confirmed(doras: FlaskClient) -> None:
    sent = SENT | {"written": "####", "example": "1234"}
    assert 'name="is_confirmed"' in doras.post(LIST, data=sent).get_data(as_text=True)
    assert doras.post(LIST, data=sent | {"is_confirmed": "1"}).status_code == 303


def test_a_change_of_what_somebody_else_changed_meets_a_conflict(doras: FlaskClient, cast: Cast) -> None:
    look_for(cast)
    send(doras, f"{LIST}/1", f"{LIST}/1", name_en="Theirs")
    answer = doras.post(f"{LIST}/1", data=SENT | {"name_en": "Mine", "version": "1"})
    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in text_of(parse(answer))
    assert 'value="Mine"' in answer.get_data(as_text=True)
    assert [name for name, _written, _is_expression in stored()] == ["Theirs"]
    doras.post(f"{LIST}/1/remove")
    assert doras.post(f"{LIST}/1/remove").status_code == 404


def test_a_text_is_tried_and_nothing_of_it_is_stored(doras: FlaskClient, cast: Cast) -> None:
    look_for(cast)
    text = "My NL-123456, call 0171 3920011, box 7590"
    page = text_of(parse(send(doras, LIST, f"{LIST}/try", text=text)))
    assert "This would be found: NL-123456 Network number0171 3920011 Phone number" in page
    assert "Nothing personal is found" in text_of(parse(send(doras, LIST, f"{LIST}/try", text="Box 7590")))
    assert doras.post(f"{LIST}/try", data={"text": " "}).status_code == 422
    assert len(entries()) == 1


@pytest.mark.parametrize("address", [LIST, f"{LIST}/1", f"{LIST}/1/remove", f"{LIST}/try"])
def test_customers_and_agents_are_refused_and_strangers_log_in(  # type: ignore[no-untyped-def]
    cast: Cast, browser_of, stranger: FlaskClient, address: str
) -> None:
    look_for(cast)
    for person in (cast.bob, cast.carol):
        assert browser_of(person).post(address, data=SENT).status_code == 403
    assert stranger.post(address, data=SENT).status_code in (302, 303)
    assert len(entries()) == 1


def test_removing_is_no_reading(doras: FlaskClient, cast: Cast) -> None:
    look_for(cast)
    assert doras.get(f"{LIST}/1/remove").status_code == 405
    assert doras.get(f"{LIST}/try").status_code == 405
