"""Claiming: one at a time, for ten minutes, longer while they write; taken over only from whom one sees, and that is logged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import people
from community.core import clock
from community.core.errors import Conflict
from community.core.events import Event
from community.core.extensions import db, writing
from community.threads.models import Thread
from moderation.models import AuditEntry
from moderation.owning import claiming
from moderation.owning.models import Claim
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of

MANY = 50


def claim(thread: Thread, by: Any) -> None:
    with writing():
        claiming.claim(thread, by=by)


def holder(thread: Thread) -> str | None:
    db.session.rollback()
    found = claiming.claim_of(thread.id)
    return found.person.name if found else None


def audited() -> list[tuple[str, str | None]]:
    db.session.rollback()
    return [(row.act, row.reason) for row in db.session.scalars(select(AuditEntry))]


def later(**parts: float) -> Any:
    return clock.frozen(clock.now() + timedelta(**parts))


def test_whoever_claims_first_has_it_and_the_next_is_told_who(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with pytest.raises(Conflict, match=r"Carol is on it until 10:10"):
        claim(thread, cast.dora)
    assert holder(thread) == "carol"


def test_a_claim_expires_after_ten_minutes(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with later(minutes=10):
        assert holder(thread) == "carol"
        with pytest.raises(Conflict):
            claim(thread, cast.dora)
    with later(minutes=10, seconds=1):
        assert holder(thread) is None
        claim(thread, cast.dora)
        assert holder(thread) == "dora"


@pytest.mark.parametrize("again", [claiming.claim, claiming.renew])
def test_claiming_again_and_writing_make_it_ten_minutes_from_then_since_the_same_moment(
    thread: Thread, cast: Cast, again: Any
) -> None:
    claim(thread, cast.carol)
    began = clock.now()
    with later(minutes=9):
        with writing():
            again(thread, by=cast.carol)
        found = claiming.claim_of(thread.id)
        assert found is not None
        assert (found.since, found.until) == (began, clock.now() + timedelta(minutes=10))


def test_a_claim_that_ran_out_and_is_taken_again_begins_anew(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with later(minutes=30):
        claim(thread, cast.carol)
        found = claiming.claim_of(thread.id)
        assert found is not None
        assert found.since == clock.now()


def test_writing_claims_what_is_free_and_leaves_what_is_anothers(thread: Thread, cast: Cast) -> None:
    with writing():
        assert claiming.renew(thread, by=cast.carol)
    with writing():
        assert not claiming.renew(thread, by=cast.dora)
    assert holder(thread) == "carol"


def test_released_it_is_free(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    for _time in range(2):
        with writing():
            claiming.release(thread, by=cast.carol)
    assert holder(thread) is None
    claim(thread, cast.dora)


def test_nobody_releases_anothers(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with pytest.raises(Conflict, match="Carol"), writing():
        claiming.release(thread, by=cast.dora)
    assert holder(thread) == "carol"


def test_answering_ends_it(make: Make, thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    make.reply(thread, cast.alice)
    make.reply(thread, cast.dora)
    assert holder(thread) == "carol"
    make.reply(thread, cast.carol)
    assert holder(thread) is None


def test_claiming_renewing_and_releasing_leave_no_event(thread: Thread, cast: Cast) -> None:
    before = db.session.scalar(select(func.count()).select_from(Event))
    claim(thread, cast.carol)
    claim(thread, cast.carol)
    with writing():
        claiming.renew(thread, by=cast.carol)
        claiming.release(thread, by=cast.carol)
    assert db.session.scalar(select(func.count()).select_from(Event)) == before


def test_taking_over_is_logged_once_and_not_public(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with writing():
        claiming.take_over(thread, by=cast.dora, from_id=cast.carol.id)
    assert holder(thread) == "dora"
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.act, entry.actor_id, entry.person_id) == ("thread.taken_over", cast.dora.id, cast.carol.id)
    assert entry.change == {"before": "carol", "after": "dora"}
    assert not entry.is_public


def test_taking_over_from_somebody_who_is_gone_is_claiming(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with later(minutes=11), writing():
        claiming.take_over(thread, by=cast.dora, from_id=cast.carol.id)
    with later(minutes=11):
        assert holder(thread) == "dora"
    assert audited() == []


def test_taking_over_finds_that_another_was_faster(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with writing():
        claiming.take_over(thread, by=cast.dora, from_id=cast.carol.id)
    with pytest.raises(Conflict, match="Dora"), writing():
        claiming.take_over(thread, by=cast.jana, from_id=cast.carol.id)
    with pytest.raises(Conflict, match="Dora"), writing():
        claiming.take_over(thread, by=cast.carol, from_id=4711)


def test_taking_over_from_oneself_is_claiming(thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with writing():
        claiming.take_over(thread, by=cast.carol, from_id=cast.carol.id)
    assert holder(thread) == "carol"
    assert audited() == []


def test_a_removed_thread_cannot_be_claimed(thread: Thread, cast: Cast) -> None:
    with writing():
        thread.visibility = "removed"
    with pytest.raises(Conflict, match="taken away"):
        claim(thread, cast.carol)
    with pytest.raises(Conflict, match="taken away"), writing():
        claiming.renew(thread, by=cast.carol)


def test_what_has_run_out_is_forgotten_and_nothing_else(make: Make, thread: Thread, cast: Cast) -> None:
    claim(thread, cast.carol)
    with later(minutes=5):
        claim(make.thread(by=cast.bob), cast.carol)
    with later(minutes=11):
        claiming.sweep()
        assert db.session.scalar(select(func.count()).select_from(Claim)) == 1


# --- Many at once


def staff(make: Make, number: int = MANY) -> list[Any]:
    return [make.person(f"agent{each}", "agent") for each in range(number)]


def test_of_fifty_who_claim_at_once_one_gets_it(at_once, make: Make, thread: Thread) -> None:  # type: ignore[no-untyped-def]
    assert at_once(staff(make), f"/moderation/threads/{thread.id}/claim") == {303: 1, 409: MANY - 1}
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 1


def test_of_fifty_who_claim_what_has_run_out_one_gets_it(at_once, make: Make, thread: Thread, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    claim(thread, cast.carol)
    people = staff(make)
    with later(minutes=11):
        assert at_once(people, f"/moderation/threads/{thread.id}/claim") == {303: 1, 409: MANY - 1}
        assert holder(thread) != "carol"


def test_of_fifty_who_take_over_one_gets_it_and_it_is_logged_once(
    at_once, make: Make, thread: Thread, cast: Cast
) -> None:  # type: ignore[no-untyped-def]
    claim(thread, cast.carol)
    form = {"from": str(cast.carol.id)}
    answers = at_once(staff(make), f"/moderation/threads/{thread.id}/claim/take-over", [form] * MANY)
    assert answers == {303: 1, 409: MANY - 1}
    assert audited() == [("thread.taken_over", None)]


def test_one_person_claims_fifty_times(at_once, thread: Thread, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    assert at_once([cast.carol] * MANY, f"/moderation/threads/{thread.id}/claim") == {303: MANY}
    assert holder(thread) == "carol"


# --- Addresses

ADDRESSES = ("claim", "claim/release", "claim/take-over")


@pytest.mark.parametrize("act", ADDRESSES)
def test_customers_strangers_and_get_are_refused(
    thread: Thread,
    cast: Cast,
    browser_of,
    stranger: FlaskClient,
    act: str,  # type: ignore[no-untyped-def]
) -> None:
    claim(thread, cast.carol)
    address = f"/moderation/threads/{thread.id}/{act}"
    for customer in (cast.alice, cast.bob):
        assert browser_of(customer).post(address, data={"from": str(cast.carol.id)}).status_code == 403
    answer = stranger.post(address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")
    assert browser_of(cast.dora).get(address).status_code == 405
    assert browser_of(cast.dora).post(f"/moderation/threads/4711/{act}").status_code == 404
    assert holder(thread) == "carol"


def test_the_buttons_of_the_case_claim_take_over_and_release(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol, dora = browser_of(cast.carol), browser_of(cast.dora)
    for page in (f"/moderation?case={thread.id}", f"/threads/{thread.id}/{thread.slug}"):
        base = f"/moderation/threads/{thread.id}/claim"
        answer = carol.post(base, data=forms(carol.get(page))[base])
        assert (answer.status_code, answer.headers["Location"].partition("#")[0]) == (303, page)
        assert "You are on it" in text_of(parse(carol.get(page)))
        shown = dora.get(page)
        assert "Carol is on it" in text_of(parse(shown))
        assert base not in forms(shown)
        assert dora.post(f"{base}/take-over", data=forms(shown)[f"{base}/take-over"]).status_code == 303
        assert holder(thread) == "dora"
        assert dora.post(f"{base}/release", data=forms(dora.get(page))[f"{base}/release"]).status_code == 303
        assert holder(thread) is None


def test_a_conflict_says_who_has_it(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    claim(thread, cast.carol)
    for act in ("claim", "claim/release", "claim/take-over"):
        answer = browser_of(cast.dora).post(f"/moderation/threads/{thread.id}/{act}")
        assert answer.status_code == 409
        assert "Carol is on it until" in text_of(parse(answer))


def test_a_row_of_the_queue_says_who_is_on_it(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    claim(thread, cast.carol)
    assert "Carol is on it" in text_of(parse(browser_of(cast.dora).get("/moderation")))


def test_a_suspended_colleague_claims_nothing(thread: Thread, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    with writing():
        people.disable(cast.carol, by=cast.jana)
    assert carol.post(f"/moderation/threads/{thread.id}/claim").headers["Location"].startswith("/login")
    assert holder(thread) is None
