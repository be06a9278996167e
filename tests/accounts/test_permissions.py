"""What staff may: usually by role; what is said of a category, and of one person, is nearer."""

from __future__ import annotations

import pytest

from community.accounts import permissions
from community.accounts.permissions import USUALLY, Holder, Verb, may
from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import writing
from community.threads.models import Category
from tests.counting import statements
from tests.making import Cast, Make


@pytest.fixture
def internet(make: Make) -> Category:
    return make.category("internet")


@pytest.fixture
def power(make: Make) -> Category:
    return make.category("power")


AGENTS = Holder(role="agent")


def say(holder: Holder, verb: Verb, category: Category | None, is_allowed: bool | None, by) -> None:  # type: ignore[no-untyped-def]
    with writing():
        permissions.put(holder, verb, category.id if category else None, is_allowed, by=by)


def test_without_a_word_it_is_the_role(cast: Cast, internet: Category) -> None:
    for person in (cast.carol, cast.dora, cast.jana):
        assert {verb for verb in Verb if may(person, verb, internet.id)} == USUALLY[person.role]


def test_customers_never_may_whatever_is_said_of_them(cast: Cast, internet: Category) -> None:
    say(Holder(person_id=cast.bob.id), Verb.HIDE, None, True, cast.jana)
    assert not any(may(cast.bob, verb, internet.id) for verb in Verb)


def test_the_category_is_nearer_than_everywhere_and_the_person_nearer_than_the_role(
    cast: Cast, internet: Category, power: Category
) -> None:
    say(AGENTS, Verb.HIDE, None, False, cast.jana)
    say(AGENTS, Verb.HIDE, power, True, cast.jana)
    assert (may(cast.carol, Verb.HIDE, internet.id), may(cast.carol, Verb.HIDE, power.id)) == (False, True)
    say(Holder(person_id=cast.carol.id), Verb.HIDE, None, True, cast.jana)
    assert may(cast.carol, Verb.HIDE, internet.id)
    say(Holder(person_id=cast.carol.id), Verb.HIDE, internet, False, cast.jana)
    assert (may(cast.carol, Verb.HIDE, internet.id), may(cast.carol, Verb.HIDE, power.id)) == (False, True)
    assert permissions.may_somewhere(cast.carol, Verb.HIDE)


def test_what_is_taken_back_is_usual_again(cast: Cast, internet: Category) -> None:
    say(AGENTS, Verb.REDACT, internet, True, cast.jana)
    assert may(cast.carol, Verb.REDACT, internet.id)
    say(AGENTS, Verb.REDACT, internet, None, cast.jana)
    assert not may(cast.carol, Verb.REDACT, internet.id)


def test_what_admins_may_cannot_be_changed_nor_site_wide_things_in_one_category(cast: Cast, power: Category) -> None:
    for holder, verb, category in ((Holder(role="admin"), Verb.HIDE, None), (AGENTS, Verb.WORDS, power)):
        with pytest.raises(Conflict):
            say(holder, verb, category, False, cast.jana)


def test_staff_who_are_suspended_or_shut_out_may_nothing(cast: Cast, internet: Category) -> None:
    with writing():
        cast.carol.suspended_until = clock.ago(days=-1)
        cast.jana.disabled_at = clock.now()
    for person in (cast.carol, cast.jana):
        assert not any(may(person, verb, internet.id) for verb in Verb)
    with writing():
        cast.carol.suspended_until = clock.ago(days=1)
    assert may(cast.carol, Verb.HIDE, internet.id)


def test_those_who_may_are_found(cast: Cast, internet: Category) -> None:
    say(Holder(person_id=cast.carol.id), Verb.REDACT, internet, True, cast.jana)
    assert permissions.holders(Verb.REDACT, internet.id) == [cast.carol, cast.dora, cast.jana]
    assert permissions.holders(Verb.REDACT) == [cast.dora, cast.jana]


def test_it_is_asked_once_a_request(cast: Cast, app, internet: Category) -> None:  # type: ignore[no-untyped-def]
    with app.test_request_context():
        permissions.forget()
        place, role = internet.id, cast.carol.role  # both are loaded now
        with statements() as asked:
            for verb in Verb:
                may(cast.carol, verb, place)
    assert (role, len(asked)) == ("agent", 1)
