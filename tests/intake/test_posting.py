"""The last button: one thread, however often and from wherever it is pressed; and nothing that was not looked at."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from community.core import clock
from community.core.errors import TooMany
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.core.limits import RATES, spend
from community.intake import asking
from community.threads.models import Thread
from tests.making import words

from .conftest import BODY, TITLE, draft_at


def _threads() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Thread))


def test_posting_closes_the_draft_and_is_a_fact(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.ready()
    alice.post(secret)
    draft = draft_at(secret)
    assert (draft.outcome, draft.title, draft.body) == ("posted", "", "")
    fact = db.session.scalars(select(Event).where(Event.action == Action.DRAFT_POSTED.value)).one()
    assert (fact.thread_id, fact.actor_id) == (draft.outcome_thread_id, cast.alice.id)
    assert (
        "Your question is public now"
        in browser.get(f"/threads/{draft.outcome_thread_id}/x", follow_redirects=True).text
    )


def test_pressing_it_twice_posts_once(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    secret = asker_in(browser).ready()
    version = draft_at(secret).version
    first, second = (browser.post(f"/ask/{secret}/check", data={"version": version}) for _ in range(2))
    assert first.location == second.location
    assert _threads() == 1


def test_twenty_presses_at_once_post_one_thread_and_all_lead_to_it(app, cast, browser_of, asker_in):
    secret = asker_in(browser_of(cast.alice)).ready()
    version = draft_at(secret).version
    browsers = [browser_of(cast.alice) for _ in range(20)]
    db.session.remove()

    def press(browser):
        with app.app_context():
            return browser.post(f"/ask/{secret}/check", data={"version": version})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(press, browsers))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert _threads() == 1


def test_the_steps_of_a_posted_draft_lead_to_its_thread(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.ready()
    address = alice.post(secret).location
    for page in ("about", "describe", "similar", "check"):
        assert browser.get(f"/ask/{secret}/{page}").location == address
    assert alice.describe(secret).location == address
    assert alice.autosave(secret).status_code == 410


def test_a_text_that_changed_after_the_look_is_looked_at_again(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    alice = asker_in(browser)
    secret = alice.ready()
    looked_at = draft_at(secret).version
    alice.autosave(secret, body=BODY + " From the phone.")
    answer = browser.post(f"/ask/{secret}/check", data={"version": looked_at})
    assert answer.location == f"/ask/{secret}/check"
    page = browser.get(answer.location).text
    assert "changed in another window" in page
    assert "From the phone." in page
    assert _threads() == 0


def test_a_text_that_changes_while_it_is_rendered_is_not_posted(cast, browser_of, asker_in):
    secret = asker_in(browser_of(cast.alice)).ready()
    draft = draft_at(secret)
    with pytest.raises(asking.DraftChanged), writing():
        asking.post_draft(draft, by=cast.alice, words=words(BODY), version=draft.version - 1, reads="en")
    assert _threads() == 0


def test_an_unfinished_draft_cannot_be_posted_by_hand(cast, browser_of, asker_in):
    browser = browser_of(cast.alice)
    secret = asker_in(browser).begin()
    assert asker_in(browser).post(secret).status_code == 303
    assert _threads() == 0


def test_posting_too_often_is_refused_and_the_draft_is_kept(cast, browser_of, asker_in):
    alice = asker_in(browser_of(cast.alice))
    for _post in range(RATES["post"].count):
        spend("post", cast.alice.id)
    secret = alice.ready()
    answer = alice.post(secret)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert draft_at(secret).body == BODY
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert alice.post(secret).status_code == 303


def test_a_new_account_may_post_less_often(make, browser_of, asker_in):
    newcomer = make.person("eva", created_at=clock.now())
    for _post in range(RATES["post-new-account"].count):
        spend("post-new-account", newcomer.id)
    with pytest.raises(TooMany):
        spend("post-new-account", newcomer.id)
    eva = asker_in(browser_of(newcomer))
    assert eva.post(eva.ready()).status_code == 429


def test_a_full_disk_while_posting_loses_nothing(cast, browser_of, asker_in, monkeypatch):
    alice = asker_in(browser_of(cast.alice))
    secret = alice.ready()

    def full(*args, **kwargs):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("community.threads.posting.post_thread", full)
        assert alice.post(secret).status_code == 503
    assert draft_at(secret).body == BODY
    assert alice.post(secret).status_code == 303
    assert db.session.scalars(select(Thread.title)).one() == TITLE
