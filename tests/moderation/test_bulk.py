"""Acts on many threads: all or none, one audit row each, and undone as far as nobody has changed them since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import permissions
from community.accounts.permissions import Holder, Verb
from community.core import clock
from community.core.extensions import db, writing
from community.notifications.models import Notification
from community.threads import moderating, tagging
from community.threads.models import Post, Thread
from moderation.bulk import acting, kinds
from moderation.bulk.models import BulkAct
from moderation.models import AuditEntry
from moderation.owning import contacts
from moderation.service_targets import keeping
from tests.making import Cast, Make
from tests.sending import parse, text_of
from tests.working import work

REASON = "They show a customer number."
#: Kind -> what is sent, and the act in the audit log of doing and of undoing.
KINDS: dict[str, tuple[dict[str, str], str, str]] = {
    "move": ({"category": "power"}, "thread.moved", "thread.moved"),
    "tag": ({"tags": "wlan"}, "thread.tagged", "thread.tagged"),
    "lock": ({"reason": REASON}, "thread.locked", "thread.unlocked"),
    "unlock": ({}, "thread.unlocked", "thread.locked"),
    "close": ({"reason": REASON}, "thread.closed", "thread.opened"),
    "hand_over": ({"to": "{dora}", "note": "Call them."}, "thread.handed_over", "thread.given_up"),
    "hide": ({"reason": REASON}, "post.hidden", "post.restored"),
    "duplicate": ({"master": "{first}"}, "thread.marked_duplicate", "thread.unmarked_duplicate"),
}


@pytest.fixture
def threads(make: Make, cast: Cast) -> list[Thread]:
    """The first thread, and three more; all of them wait."""
    make.category("power")
    make.category()
    return [make.thread(by=cast.alice, title=f"A thread, number {number}", tags=["box"]) for number in range(4)]


@pytest.fixture
def carol(cast: Cast, browser_of: Any) -> FlaskClient:
    return browser_of(cast.carol)  # type: ignore[no-any-return]


def sent(kind: str, cast: Cast, first: Thread, threads: list[Thread]) -> dict[str, Any]:
    fields = {name: value.format(dora=cast.dora.id, first=first.id) for name, value in KINDS[kind][0].items()}
    return {"do": kind, "threads": [thread.id for thread in threads], **fields}


def state(thread: Thread) -> dict[str, Any]:
    """Everything that any of the kinds changes."""
    db.session.rollback()
    row = db.session.get_one(Thread, thread.id)
    return {
        "category": row.category_id,
        "tags": tagging.names_of(row),
        "locked": row.locked_at is not None,
        "reason": row.lock_reason,
        "contact": contacts.owner_id(row.id),
        "closed": row.closed_at,
        "visibility": row.visibility,
        "duplicate_of": row.duplicate_of_id,
        "waits": row.waiting_since,
    }


def logged() -> list[tuple[str, int | None]]:
    db.session.rollback()
    return [
        tuple(row) for row in db.session.execute(select(AuditEntry.act, AuditEntry.thread_id).order_by(AuditEntry.id))
    ]


def bulk_id(answer: Any) -> int:
    assert answer.status_code == 303, text_of(parse(answer))
    return int(answer.headers["Location"].partition("bulk=")[2])


def test_there_is_a_row_here_for_every_kind() -> None:
    assert set(KINDS) == set(kinds.KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_all_are_changed_each_with_one_row_and_all_come_back(
    kind: str, cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    first, *rest = threads
    if kind == "unlock":
        with writing():
            for thread in rest:
                moderating.lock_thread(thread, by=cast.alice, reason="So.")
    before = [state(thread) for thread in rest]
    done = bulk_id(carol.post("/moderation/bulk", data=sent(kind, cast, first, rest)))
    assert all(state(thread) != was for thread, was in zip(rest, before, strict=True))
    assert logged() == [(KINDS[kind][1], thread.id) for thread in rest]
    page = text_of(parse(carol.get(f"/moderation?bulk={done}")))
    assert "3 threads" in page
    assert "Undo" in page
    assert carol.post(f"/moderation/bulk/{done}/undo").status_code == 303
    assert [state(thread) for thread in rest] == before
    assert logged()[3:] == [(KINDS[kind][2], thread.id) for thread in rest]
    assert carol.post(f"/moderation/bulk/{done}/undo").status_code == 409
    assert list(keeping.drift()) == []


def test_what_is_so_already_is_left_and_counts_for_nothing(
    cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    with writing():
        moderating.lock_thread(threads[0], by=cast.dora, reason="So.")
    before = len(logged())
    done = bulk_id(carol.post("/moderation/bulk", data=sent("lock", cast, threads[0], threads[:2])))
    assert logged()[before:] == [("thread.locked", threads[1].id)]
    assert [change["thread"] for change in db.session.get_one(BulkAct, done).changes] == [threads[1].id]
    again = carol.post("/moderation/bulk", data=sent("lock", cast, threads[0], threads[:2]))
    assert (again.status_code, "bulk=" in again.headers["Location"]) == (303, False)


def test_if_one_cannot_be_done_nothing_is_and_the_page_says_which_and_why(
    make: Make, cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    elsewhere, removed = make.thread(by=cast.alice, title="A thread elsewhere", category="power"), threads[3]
    with writing():
        permissions.put(Holder(role="agent"), Verb.LOCK, elsewhere.category_id, False, by=cast.jana)
        removed.visibility = "removed"
    before, rows = [state(thread) for thread in threads], logged()
    answer = carol.post(
        "/moderation/bulk",
        data=sent("lock", cast, threads[0], [threads[0], elsewhere, removed]) | {"reason": "A telling reason."},
    )
    assert answer.status_code == 409
    assert [state(thread) for thread in threads] == before
    assert logged() == rows
    assert f"thread {removed.id}: There is no such thread any more." in text_of(parse(answer))
    answer = carol.post(
        "/moderation/bulk", data=sent("lock", cast, threads[0], [threads[0], elsewhere]) | {"reason": "Why."}
    )
    tree = parse(answer)
    assert "A thread elsewhere: You may not do this in its category." in text_of(tree)
    ticked = [
        box.get("value")
        for box in tree.iter("input")
        if box.get("name") == "threads" and box.get("checked") is not None
    ]
    assert ticked == [str(threads[0].id)]
    assert "Why." in [box.get("value") for box in tree.iter("input") if box.get("name") == "reason"]
    assert not db.session.scalar(select(func.count()).select_from(BulkAct))


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("lock", {"reason": " "}, "Say why"),
        ("move", {"category": "nowhere"}, "Choose the category"),
        ("tag", {"tags": ",;"}, "at least one tag"),
        ("hand_over", {"to": ""}, "Choose who"),
        ("hand_over", {"to": "{alice}"}, "Only staff"),
        ("duplicate", {"master": "4711"}, "no thread of that number"),
        ("duplicate", {"master": "{inside}"}, "It is the earlier thread itself."),
        ("tag", {"tags": "a b c d e"}, "more than 5 tags"),
    ],
)
def test_what_is_missing_or_wrong_is_said_on_the_same_page(
    kind: str, fields: dict[str, str], says: str, cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    given = {name: value.format(alice=cast.alice.id, inside=threads[1].id) for name, value in fields.items()}
    answer = carol.post("/moderation/bulk", data=sent(kind, cast, threads[0], threads[1:]) | given)
    assert answer.status_code in (409, 422)
    assert says in text_of(parse(answer))
    assert logged() == []


def test_at_most_a_hundred_and_at_least_one(cast: Cast, threads: list[Thread], carol: FlaskClient) -> None:
    for ids in ([], ["x", "0", "-1"], list(range(1, 102))):
        form = {"do": "lock", "reason": REASON, "threads": ids}
        assert carol.post("/moderation/bulk", data=form).status_code == 422
        assert carol.get("/moderation/bulk", query_string=form).status_code == 422
    assert carol.get("/moderation/bulk?do=nonsense&threads=1").status_code == 404
    assert logged() == []


def test_what_others_changed_since_is_left_and_said(
    make: Make, cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    done = bulk_id(carol.post("/moderation/bulk", data=sent("move", cast, threads[0], threads[1:])))
    power = state(threads[1])["category"]
    with writing():
        moderating.move_thread(threads[1], make.category(), by=cast.dora)
        threads[2].visibility = "removed"
    answer = carol.post(f"/moderation/bulk/{done}/undo", follow_redirects=True)
    text = text_of(parse(answer))
    assert "1 thread is as it was." in text
    assert "“A thread, number 1” stays as it is: Somebody has changed it since." in text
    assert f"“thread {threads[2].id}” stays as it is: This thread was taken away meanwhile." in text
    assert [state(thread)["category"] == power for thread in threads[1:]] == [False, True, False]


def test_undoing_is_for_whoever_did_it_and_for_a_quarter_of_an_hour(
    cast: Cast, threads: list[Thread], carol: FlaskClient, browser_of: Any
) -> None:
    done = bulk_id(carol.post("/moderation/bulk", data=sent("lock", cast, threads[0], threads[1:])))
    assert browser_of(cast.jana).post(f"/moderation/bulk/{done}/undo").status_code == 404
    assert carol.get(f"/moderation/bulk/{done}/undo").status_code == 405
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert "Undo" not in text_of(parse(carol.get(f"/moderation?bulk={done}")))
        assert carol.post(f"/moderation/bulk/{done}/undo").status_code == 409
    with clock.frozen(clock.now() + timedelta(days=2)):
        acting.sweep()
    assert db.session.get(BulkAct, done) is None
    assert all(state(thread)["locked"] for thread in threads[1:])


def test_staff_without_the_verb_are_refused_and_so_are_customers(
    cast: Cast, threads: list[Thread], carol: FlaskClient, browser_of: Any
) -> None:
    with writing():
        permissions.put(Holder(person_id=cast.carol.id), Verb.HIDE, None, False, by=cast.jana)
    form = sent("hide", cast, threads[0], threads)
    for who in (carol, browser_of(cast.alice)):
        assert who.post("/moderation/bulk", data=form).status_code == 403
        assert who.get("/moderation/bulk", query_string=form).status_code == 403
    assert [act for act, _thread in logged()] == ["permission.changed"]


def test_undoing_a_hand_over_gives_it_back_with_its_note(cast: Cast, threads: list[Thread], carol: FlaskClient) -> None:
    with writing():
        contacts.hand_over(threads[0], cast.jana, by=cast.dora, note="Wants to be called.")
    before = contacts.handed(threads[0].id)
    done = bulk_id(carol.post("/moderation/bulk", data=sent("hand_over", cast, threads[0], threads)))
    carol.post(f"/moderation/bulk/{done}/undo")
    assert contacts.handed(threads[0].id) == before


def test_duplicates_of_a_linked_thread_lead_back_to_it(cast: Cast, threads: list[Thread], carol: FlaskClient) -> None:
    with writing():
        moderating.mark_duplicate(threads[3], threads[2], by=cast.dora)
    done = bulk_id(carol.post("/moderation/bulk", data=sent("duplicate", cast, threads[0], threads[1:3])))
    assert state(threads[3])["duplicate_of"] == threads[0].id
    carol.post(f"/moderation/bulk/{done}/undo")
    assert [state(thread)["duplicate_of"] for thread in threads] == [None, None, None, threads[2].id]


def test_the_author_is_told_of_each_and_of_its_undoing(cast: Cast, threads: list[Thread], carol: FlaskClient) -> None:
    work()
    done = bulk_id(carol.post("/moderation/bulk", data=sent("duplicate", cast, threads[0], threads[2:])))
    carol.post(f"/moderation/bulk/{done}/undo")
    work()
    told = db.session.execute(
        select(Notification.kind, func.count())
        .where(Notification.person_id == cast.alice.id)
        .group_by(Notification.kind)
    ).all()
    assert dict(map(tuple, told)) == {"duplicate": 2, "unlinked": 2}


def test_the_page_shows_what_is_to_be_done_to_which_threads(
    cast: Cast, threads: list[Thread], carol: FlaskClient
) -> None:
    page = carol.get("/moderation")
    assert {box.get("value") for box in parse(page).iter("input") if box.get("name") == "threads"} == {
        str(thread.id) for thread in threads
    }
    for kind in KINDS:
        text = text_of(parse(carol.get(f"/moderation/bulk?do={kind}&threads={threads[0].id}&threads={threads[1].id}")))
        assert "A thread, number 0" in text
        assert "A thread, number 2" not in text


def test_a_held_thread_is_not_hidden_in_passing(cast: Cast, threads: list[Thread], carol: FlaskClient) -> None:
    with writing():
        threads[0].visibility = "held"
        db.session.scalars(select(Post).where(Post.thread_id == threads[0].id)).one().visibility = "held"
    answer = carol.post("/moderation/bulk", data=sent("hide", cast, threads[0], threads))
    assert answer.status_code == 409
    assert "It is held." in text_of(parse(answer))
