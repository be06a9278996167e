"""The mail that asks the asker of a solved thread: one, by day, and instead of the other mail about the solution."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import clock
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.notifications import following
from community.notifications.asking_for_rating import wait_for_day
from community.notifications.models import Notification
from community.threads import moderating, solving
from community.threads.models import Post, Thread
from community.threads.rating import giving
from tests.conftest import MONDAY
from tests.making import Cast, Make
from tests.working import work

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 11, 16, 21, 30, tzinfo=UTC)  # half past ten in Berlin
MORNING = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


@pytest.fixture
def answer(make: Make, cast: Cast) -> Post:
    """Carol's reply in Alice's thread; Bob has taken part."""
    thread = make.thread(by=cast.alice)
    make.reply(thread, cast.bob)
    answer = make.reply(thread, cast.carol, "Restart the box.")
    work()
    return answer


def solve(answer: Post, by: object) -> None:
    with writing():
        solving.mark_solution(answer, by=by)  # type: ignore[arg-type]


def mails(name: str = "rating") -> list[Mail]:
    work()
    return list(db.session.scalars(select(Mail).where(Mail.name == name, Mail.withheld_at.is_(None)).order_by(Mail.id)))


def about_solution(cast: Cast) -> list[tuple[str, str]]:
    """To whom which mail of the solution went."""
    work()
    names = {person.id: person.name for person in vars(cast).values()}
    rows = db.session.scalars(
        select(Mail).where(Mail.subject.contains("marked a solution"), Mail.withheld_at.is_(None))
    )
    return sorted((names[mail.person_id or 0], mail.name) for mail in rows)


def test_the_asker_gets_one_mail_with_both_questions_and_others_the_usual_one(
    cast: Cast, answer: Post, stranger: FlaskClient
) -> None:
    solve(answer, cast.dora)
    assert about_solution(cast) == [("alice", "rating"), ("bob", "notification"), ("carol", "notification")]
    (mail,) = mails()
    assert "Restart the box." in mail.text
    found = re.findall(r"http://localhost(/rate/[\w-]+\?(?:well|personal)=\w+)", mail.text)
    assert len(found) == 6
    assert all(stranger.get(address).status_code == 200 for address in found)
    told = db.session.scalars(select(Notification.kind).where(Notification.person_id == cast.alice.id))
    assert "solved" in list(told)


def test_nobody_is_asked_at_night_and_in_the_morning_only_what_still_holds(
    make: Make, cast: Cast, answer: Post
) -> None:
    other = make.reply(make.thread(by=cast.alice, title="Another of hers"), cast.carol)
    with clock.frozen(NIGHT):
        solve(answer, cast.carol)
        solve(other, cast.carol)
        assert mails() == []
    with clock.frozen(MORNING - timedelta(minutes=1)):
        assert mails() == []
        with writing():
            solving.reopen(db.session.get_one(Thread, other.thread_id), by=cast.carol)
    with clock.frozen(MORNING):
        assert [mail.guard_arguments["thread_id"] for mail in mails()] == [answer.thread_id]


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 16, 7, 0, tzinfo=UTC), 0.0),  # 8:00
        (datetime(2026, 11, 16, 19, 59, tzinfo=UTC), 0.0),  # 20:59
        (datetime(2026, 11, 16, 20, 0, tzinfo=UTC), 11.0),  # 21:00
        (datetime(2026, 11, 16, 6, 30, tzinfo=UTC), 0.5),  # 7:30
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), 11.0),  # 22:00, in the night that has an hour more
        (datetime(2027, 3, 27, 21, 0, tzinfo=UTC), 9.0),  # 22:00, in the night that has one less
    ],
)
def test_the_wait_ends_at_eight_whatever_the_clocks_do(now: datetime, hours: float) -> None:
    assert wait_for_day(now, BERLIN) == timedelta(hours=hours)


def test_a_thread_is_asked_about_once_and_once_more_after_a_reopening(make: Make, cast: Cast, answer: Post) -> None:
    thread = db.session.get_one(Thread, answer.thread_id)
    second = make.reply(thread, cast.dora, "Or change the cable.")
    solve(answer, cast.carol)
    work()
    solve(second, cast.carol)
    with writing():
        solving.unmark_solution(answer, by=cast.carol)
    work()
    solve(answer, cast.carol)
    assert len(mails()) == 1
    with writing():
        solving.reopen(thread, by=cast.alice)
    solve(answer, cast.carol)
    assert len(mails()) == 2


def test_who_marked_the_solution_is_asked_by_mail_only_if_they_did_not_answer_on_the_page(
    make: Make, cast: Cast, answer: Post
) -> None:
    other = make.reply(make.thread(by=cast.alice, title="Another of hers"), cast.carol)
    solve(answer, cast.alice)
    solve(other, cast.alice)
    assert mails() == []
    with writing():
        giving.rate(db.session.get_one(Thread, other.thread_id), "well", "no", by=cast.alice, via="thread")
    with clock.frozen(MONDAY + timedelta(hours=1)):
        (mail,) = mails()
    assert mail.guard_arguments["thread_id"] == answer.thread_id
    assert mail.subject == "How was it? “No internet since this morning”"


def test_who_is_not_to_be_asked_is_not(make: Make, cast: Cast, answer: Post) -> None:
    """Who unfollowed, whose thread is hidden, and staff; they hear of the solution as everybody does."""
    colleagues = make.reply(make.thread(by=cast.jana, title="A question of Jana's"), cast.carol)
    hidden = make.reply(make.thread(by=cast.bob, title="One that is hidden"), cast.carol)
    opening = db.session.scalars(select(Post).where(Post.thread_id == hidden.thread_id, Post.number == 1)).one()
    with writing():
        following.unfollow(db.session.get_one(Thread, answer.thread_id), by=cast.alice)
    for post in (answer, colleagues, hidden):
        solve(post, cast.dora)
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
    assert mails() == []
    assert ("jana", "notification") in about_solution(cast)
