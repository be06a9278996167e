"""Whose posts are held is said in the browser, category by category; each change is one row with before and after."""

from __future__ import annotations

import pytest

from community.accounts.models import Person
from community.core.extensions import db
from moderation.approving import setting
from moderation.approving.setting import Rule
from moderation.models import AuditEntry
from tests.making import Cast, Make
from tests.sending import forms, parse, send

from .scenes import logged

PAGE = "/moderation/settings/approval"


def test_moderators_set_it_and_leave_one_row(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    room, other = make.category("internet"), make.category("power")
    dora = browser_of(cast.dora)
    assert forms(dora.get(PAGE))[PAGE][f"link_posts-{room.id}"] == "1"
    answer = send(dora, PAGE, PAGE, **{f"first_posts-{room.id}": "2", f"link_posts-{room.id}": "5"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    db.session.rollback()
    assert setting.rules() == {room.id: Rule(2, 5)}
    assert setting.rule_of(other.id) == Rule(0, 1)
    send(dora, PAGE, PAGE)
    assert logged() == [("approval.changed", None)]
    change = db.session.query(AuditEntry).one()
    assert change.change == {
        "before": {"internet": {"first_posts": 0, "link_posts": 1}},
        "after": {"internet": {"first_posts": 2, "link_posts": 5}},
    }
    assert not change.is_public


@pytest.mark.parametrize("typed", ["", "-1", "1001", "many", "1.5", "٣", "9" * 40])
def test_what_is_no_number_is_said_at_its_field_and_kept(make: Make, cast: Cast, browser_of, typed: str) -> None:  # type: ignore[no-untyped-def]
    room = make.category("internet")
    field = f"first_posts-{room.id}"
    answer = send(browser_of(cast.dora), PAGE, PAGE, **{field: typed, f"link_posts-{room.id}": "7"})
    assert answer.status_code == 422
    assert parse(answer).find(f".//*[@id='{field}-error']") is not None
    kept = forms(answer)[PAGE]
    assert (kept[field], kept[f"link_posts-{room.id}"]) == (typed, "7")
    assert logged() == []


def test_others_neither_see_nor_set_it(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    room = make.category("internet")
    sent = {f"first_posts-{room.id}": "2", f"link_posts-{room.id}": "5"}

    def tries(person: Person | None) -> list[int]:
        browser = browser_of(person) if person else stranger
        return [browser.get(PAGE).status_code, browser.post(PAGE, data=sent).status_code]

    assert [tries(person) for person in (cast.alice, cast.carol, None)] == [[403, 403], [403, 403], [303, 303]]
    assert setting.rules() == {}
