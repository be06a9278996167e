"""The same form sent twice has one result, however close the two sendings are."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts.models import Person
from community.core import clock, idempotency
from community.core.extensions import db
from community.core.idempotency import IdempotencyKey
from community.threads.models import Post, Thread
from tests.making import Cast, Make

KEY = "0123456789abcdef-form-1"


def replies(thread: Thread) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Post.thread_id == thread.id, Post.number > 1)) or 0


def send(browser: FlaskClient, thread: Thread, key: str = KEY, body: str = "Please restart the box.") -> str:
    answer = browser.post(f"/threads/{thread.id}/replies", data={"body": body, idempotency.FIELD: key})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def test_a_form_sent_twice_is_stored_once_and_leads_to_the_same_place(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    browser = browser_of(cast.bob)
    assert send(browser, thread) == send(browser, thread)
    assert replies(thread) == 1


def test_another_form_is_another_reply(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    browser = browser_of(cast.bob)
    another = send(browser, thread, key="another-key-of-16-characters", body="And tell us what it said.")
    assert send(browser, thread) != another
    assert replies(thread) == 2


def test_anothers_key_is_not_mine(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    assert send(browser_of(cast.bob), thread) != send(browser_of(cast.carol), thread)
    assert replies(thread) == 2


def test_the_second_sending_is_answered_even_when_the_limit_is_reached(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    browser = browser_of(cast.bob)
    addresses = {send(browser, thread) for _time in range(8)}
    assert len(addresses) == 1
    assert replies(thread) == 1


def test_twenty_sendings_at_once_are_one_reply_with_one_address(app: Flask, make: Make, cast: Cast) -> None:
    thread = make.thread(by=cast.alice)
    browsers = [app.test_client() for _number in range(20)]
    for browser in browsers:
        make.sign_in(browser, cast.carol)  # staff may send sixty a minute
    thread_id = thread.id
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(len(browsers))

    def press(browser: FlaskClient) -> None:
        with app.app_context():
            start.wait()
            answer = browser.post(f"/threads/{thread_id}/replies", data={"body": "Once.", idempotency.FIELD: KEY})
        answers.append((answer.status_code, answer.headers.get("Location", "")))

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert replies(thread) == 1


def test_a_form_that_failed_may_be_sent_again(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    browser = browser_of(cast.bob)
    refused = browser.post(f"/threads/{thread.id}/replies", data={"body": "   ", idempotency.FIELD: KEY})
    assert refused.status_code == 422
    send(browser, thread)
    assert replies(thread) == 1


def test_keys_are_forgotten_after_two_days(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    send(browser_of(cast.bob), thread)
    idempotency.sweep()
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    with clock.frozen(clock.now() + timedelta(days=2, seconds=1)):
        idempotency.sweep()
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_no_key_is_stored_as_it_was_sent(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    send(browser_of(cast.bob), make.thread(by=cast.alice))
    stored = db.session.scalars(select(IdempotencyKey.key)).all()
    assert stored
    assert KEY not in stored
    assert db.session.scalar(select(func.count()).select_from(Person)) == 5
