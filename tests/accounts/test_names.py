"""Who may be called what."""

from __future__ import annotations

import string

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.accounts import people
from community.accounts.models import Person
from community.core.errors import Conflict, Invalid
from community.core.extensions import writing
from tests.making import Make

pytestmark = pytest.mark.usefixtures("app")
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    "name", ["alice", "Jörg", "raj", "kalle-h", "anna_1985", "model", "steamboat", "badminton", "Ömür", "x9", "a" * 40]
)
def test_ordinary_user_names_are_fine(name: str) -> None:
    assert people.name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "admin", "Admin", "ADMIN2", "adm1n", "4dmin", "admın", "the-admin", "administrator", "moderator", "m0derator",
        "support", "SupportTeam", "kundenservice", "Kunden-Service", "theke", "Theke_Hilfe", "mod", "staff", "team", "s-t-a-f-f",
        "official", "ädmin", "system",
    ],
)  # fmt: skip
def test_names_that_look_like_staff_are_refused(name: str) -> None:
    assert people.name_fault(name) is not None


def test_cyrillic_letters_do_not_hide_a_staff_name() -> None:
    assert people.display_name_fault("Аdmin") is not None
    assert people.display_name_fault("Ѕuppоrt") is not None


@pytest.mark.parametrize("name", ["kunde4711234", "01701234567", "0170-123-4567", "a1_2_3_4_5_6"])
def test_long_digit_runs_are_refused(name: str) -> None:
    assert people.name_fault(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "-anna",
        "anna-",
        "an na",
        "anna.meier",
        "a/b",
        "a@b",
        "аnna",
        "\u202eanna",
        "a\nb",
        "42",
        "🦆🦆",
        "ß" * 21,
        "a" * 41,
    ],
)
def test_names_that_do_not_fit_into_addresses_are_refused(name: str) -> None:
    assert people.shape_fault(name) is not None


@pytest.mark.parametrize("name", ["Anna Meier", "J. R. Müller", "Łukasz", "李小龙", "Ольга", "O'Brien", "Anna 🦆"])
def test_display_names_of_all_scripts_are_fine(name: str) -> None:
    assert people.display_name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200b",
        "evil.com",
        "www.evil",
        "https://x",
        "a@b.de",
        "Support Team",
        "call 0170 1234567",
        "x" * 41,
        "\u2800",
    ],
)
def test_display_names_that_mislead_are_refused(name: str) -> None:
    assert people.display_name_fault(name) is not None


def test_a_customer_cannot_be_shown_under_a_staff_members_name(make: Make) -> None:
    make.person("carol", "agent", display_name="Carol Hansen")
    assert people.display_name_fault("Carol Hansen") is not None
    assert people.display_name_fault("cárol hansen") is not None


@MANY
@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    people.name_fault(text)
    people.display_name_fault(text)


@MANY
@given(st.sampled_from(["admin", "moderator", "support"]), st.text(string.ascii_lowercase, max_size=6), st.data())
def test_no_case_or_suffix_hides_a_staff_name(word: str, rest: str, data: st.DataObject) -> None:
    cased = "".join(data.draw(st.sampled_from([char.upper(), char])) for char in word)
    assert people.name_fault(cased + rest) is not None


@MANY
@given(st.text(max_size=60))
def test_free_name_makes_a_good_name_of_any_text(wished: str) -> None:
    assert people.shape_fault(people.free_name(wished)) is None


def test_free_name_avoids_names_that_are_taken(make: Make) -> None:
    make.person("anna-meier")
    assert people.free_name("Anna Meier") == "Anna-Meier-2"
    assert people.free_name("администратор") == "guest"


def test_names_differ_by_more_than_case(make: Make) -> None:
    make.person("anna")
    with pytest.raises(Invalid), writing():
        people.create(name="ANNA")


def test_an_address_belongs_to_one_person(make: Make) -> None:
    make.person("anna")
    with pytest.raises(Conflict), writing():
        people.create(name="berta", address="Anna@Example.ORG")


def test_somebody_faster_is_a_conflict_and_no_crash(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make.person("anna")
    monkeypatch.setattr(people, "is_name_taken", lambda name: False)
    with pytest.raises(Conflict), writing():
        people.create(name="anna")


def test_an_imported_author_has_neither_address_nor_password(app: Flask) -> None:
    with writing():
        author = people.create(name="imported", created_at=None)
    assert isinstance(author, Person)
    assert author.email is None
    assert author.password_hash is None
    assert not author.is_verified
