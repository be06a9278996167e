"""Register, confirm, resend."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import registration
from community.accounts.models import Person, Registration, Session, Token
from community.core import clock, events, limits
from community.core.events import Event
from community.core.extensions import db, writing
from tests.accounts.conftest import LetterBox, now
from tests.making import PASSWORD, Make

FORM = {"name": "nora", "display_name": "Nora Nordmann", "email": "nora@example.org", "password": PASSWORD}
KEY = "a-key-of-one-form-12345"


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def register(browser: FlaskClient, **changed: str):  # type: ignore[no-untyped-def]
    return browser.post("/register", data=FORM | changed)


def test_the_form_says_its_rules_before_anything_fails(stranger: FlaskClient) -> None:
    page = stranger.get("/register").text
    assert "At least 8 characters" in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="new-password"' in page
    assert 'autocomplete="email"' in page


def test_registering_and_confirming_makes_a_customer_who_is_logged_in(
    stranger: FlaskClient, letters: LetterBox
) -> None:
    answer = register(stranger)
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert count(Person) == 0
    assert letters.names() == [("verify", "nora@example.org")]

    page = stranger.get(letters.path("verify"))
    assert page.status_code == 200
    assert count(Person) == 0

    answer = stranger.post(letters.path("verify"))
    assert (answer.status_code, answer.location) == (303, "/")
    nora = now("nora")
    assert (nora.display_name, nora.email, nora.role, nora.language) == (
        "Nora Nordmann",
        "nora@example.org",
        "customer",
        "en",
    )
    assert nora.is_verified
    assert "Welcome, Nora Nordmann" in stranger.get("/settings/account").text
    assert set(db.session.scalars(select(Event.action))) == {
        events.Action.PERSON_REGISTERED.value,
        events.Action.PERSON_VERIFIED.value,
    }


def test_the_language_is_that_of_the_page(stranger: FlaskClient, letters: LetterBox) -> None:
    stranger.set_cookie("lang", "de")
    register(stranger)
    assert letters.last("verify").language == "de"
    stranger.post(letters.path("verify"))
    assert now("nora").language == "de"


def test_opening_the_link_changes_nothing_however_often(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    path = letters.path("verify")
    for _visit in range(3):
        assert stranger.get(path).status_code == 200
        assert stranger.head(path).status_code == 200
    assert count(Person) == 0


def test_the_link_works_once(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    path = letters.path("verify")
    assert stranger.post(path).status_code == 303
    assert stranger.post(path).status_code == 410
    assert stranger.get(path).status_code == 410
    assert count(Person) == 1


def test_the_link_works_for_seven_days(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    path = letters.path("verify")
    with clock.frozen(clock.now() + limits.VERIFY_VALID):
        assert stranger.get(path).status_code == 410
        assert stranger.post(path).status_code == 410
    with clock.frozen(clock.now() + limits.VERIFY_VALID - timedelta(seconds=1)):
        assert stranger.post(path).status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "ä", "../reset"])
def test_an_unknown_link_is_a_clear_page(stranger: FlaskClient, token: str) -> None:
    assert stranger.get(f"/verify/{token}").status_code in (404, 410)


def test_only_the_hash_of_the_secret_is_stored(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    secret = letters.path("verify").rsplit("/", 1)[1]
    token = db.session.scalars(select(Token)).one()
    assert secret not in (token.secret_hash, str(token.payload))


def test_the_same_form_twice_is_one_account_and_one_mail(stranger: FlaskClient, letters: LetterBox) -> None:
    first = register(stranger, idempotency_key=KEY)
    second = register(stranger, idempotency_key=KEY)
    assert first.location == second.location
    assert len(letters.all()) == 1
    stranger.post(letters.path("verify"))
    assert count(Person) == 1


def test_two_forms_of_one_address_become_one_account(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    first = letters.path("verify")
    register(stranger, name="nora2")
    second = letters.path("verify")
    assert stranger.post(second).status_code == 303
    assert stranger.post(first).status_code == 410
    assert count(Person) == 1
    assert count(Registration) == 0


def test_a_user_name_that_somebody_has_is_refused_at_once(
    stranger: FlaskClient, make: Make, letters: LetterBox
) -> None:
    make.person("nora")
    answer = register(stranger, name="Nora", email="other@example.org")
    assert answer.status_code == 422
    assert "This user name is taken" in answer.text
    assert 'value="other@example.org"' in answer.text
    assert letters.all() == []


def test_a_user_name_taken_meanwhile_can_be_replaced_while_confirming(
    stranger: FlaskClient, make: Make, letters: LetterBox
) -> None:
    register(stranger)
    path = letters.path("verify")
    with writing():
        db.session.add(_namesake())
    page = stranger.get(path)
    assert "somebody else took the user name nora" in page.text
    assert stranger.post(path).status_code == 422
    assert stranger.post(path, data={"name": "admin"}).status_code == 422
    assert stranger.post(path, data={"name": "nora-n"}).status_code == 303
    assert now("nora-n").email == "nora@example.org"


def _namesake() -> Person:
    return Person(name="nora", name_key="nora", display_name="Nora", language="de", created_at=clock.now())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "  "), ("name", "admin"), ("name", "kunde4711234"), ("name", "x" * 41),
        ("email", ""), ("email", "nora"), ("email", "nora@"), ("email", "@example.org"), ("email", "a@b@c.de"),
        ("email", "nora@example.org,eve@example.org"), ("email", "x" * 300 + "@example.org"), ("email", "nöra@example.org"),
        ("password", ""), ("password", "short"), ("password", "password"), ("password", "nora1234"), ("password", "x" * 257),
        ("password", "nora@example.org"),
        ("display_name", "Support"), ("display_name", "evil.com"), ("display_name", "y" * 41),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_shown_beside_its_field(
    stranger: FlaskClient, letters: LetterBox, field: str, value: str
) -> None:
    answer = register(stranger, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert 'value="seven' not in answer.text
    assert letters.all() == []


@pytest.mark.parametrize("field", list(FORM))
def test_a_missing_field_is_no_crash(stranger: FlaskClient, field: str) -> None:
    form = {name: value for name, value in FORM.items() if name != field}
    assert stranger.post("/register", data=form).status_code in (303, 422)


def test_nothing_else_that_is_sent_counts(stranger: FlaskClient, letters: LetterBox) -> None:
    extra = {
        "role": "admin", "is_staff": "1", "id": "7", "email_verified_at": "2020-01-01", "email_key": "eve@example.org",
        "password_hash": "x", "disabled_at": "", "created_at": "2000-01-01", "language": "xx", "name_key": "eve",
    }  # fmt: skip
    register(stranger, **extra)
    stranger.post(letters.path("verify"), data=extra)
    nora = now("nora")
    assert (nora.role, nora.email_key, nora.name_key, nora.language) == ("customer", "nora@example.org", "nora", "en")
    assert nora.created_at == clock.now()


def test_the_mail_can_be_sent_again_and_both_links_work(stranger: FlaskClient, letters: LetterBox) -> None:
    register(stranger)
    first = letters.path("verify")
    answer = stranger.post("/register/sent", data={"email": "NORA@example.org"})
    assert answer.status_code == 303
    assert letters.names() == [("verify", "nora@example.org")] * 2
    assert letters.path("verify") != first
    assert stranger.post(first).status_code == 303


def test_sending_again_to_an_unknown_address_answers_the_same(stranger: FlaskClient, letters: LetterBox) -> None:
    answer = stranger.post("/register/sent", data={"email": "nobody@example.org"})
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert letters.all() == []


def test_five_mails_an_hour_go_to_one_address(stranger: FlaskClient, letters: LetterBox) -> None:
    for number in range(5):
        assert register(stranger, name=f"nora-{number}").status_code == 303
    answer = register(stranger, name="nora-6")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Please wait" in answer.text
    assert 'value="nora-6"' in answer.text
    assert len(letters.all()) == 5


def test_whoever_is_logged_in_goes_on(alice: Person, browser_of) -> None:  # type: ignore[no-untyped-def]
    assert browser_of(alice).get("/register").status_code == 303


def test_confirming_in_a_browser_that_is_somebody_elses_ends_that_session(
    alice: Person,
    browser_of,
    letters: LetterBox,  # type: ignore[no-untyped-def]
) -> None:
    browser = browser_of(alice)
    register(browser)
    browser.post(letters.path("verify"))
    assert "Nora Nordmann" in browser.get("/settings/account").text
    assert list(db.session.scalars(select(Session.person_id))) == [now("nora").id]


def test_the_worker_may_run_a_job_twice(app, letters: LetterBox) -> None:  # type: ignore[no-untyped-def]
    with writing():
        registration.ask(name="nora", display_name="", address="nora@example.org", password_hash="x", language="en")
    registration.mail_registration("nora@example.org", "one")
    registration.mail_registration("nora@example.org", "one")
    assert len(letters.all()) == 2


def test_registrations_that_nobody_confirms_are_forgotten(stranger: FlaskClient) -> None:
    register(stranger)
    registration.sweep()
    assert count(Registration) == 1
    with clock.frozen(clock.now() + limits.VERIFY_VALID + timedelta(minutes=1)):
        registration.sweep()
    assert count(Registration) == 0
