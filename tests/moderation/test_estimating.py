"""What staff think that a customer would say: said blind, once, by whoever may solve; seen by staff alone; summed up in shares."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import permissions
from community.accounts.permissions import Holder, Verb
from community.core.extensions import db, writing
from community.threads import solving
from community.threads.models import Thread
from community.threads.rating import giving
from community.threads.rating.models import Rating
from moderation.estimating.figures import Counted, sums_of
from moderation.estimating.models import Estimate
from moderation.estimating.queries import service_figures
from moderation.models import AuditEntry
from moderation.restructuring import merging, undoing
from tests.counting import statements
from tests.making import Cast, Make

YES = {"well": "yes", "personal": "partly"}


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    """Alice's, solved by a reply of Carol's."""
    return make.thread(by=cast.alice, solved=True)


def give(client: FlaskClient, thread: Thread, **sent: str) -> int:
    return client.post(f"/moderation/threads/{thread.id}/estimate", data=YES | sent).status_code


def rate(thread: Thread, cast: Cast, well: str = "no", comment: str = "") -> None:
    with writing():
        giving.rate(thread, "well", well, by=cast.alice, via="thread")
        if comment:
            giving.comment(thread, comment, by=cast.alice, via="thread")


def given() -> list[tuple[str, str, bool]]:
    db.session.rollback()
    rows = select(Estimate.well, Estimate.personal, Estimate.before_rating)
    return [tuple(row) for row in db.session.execute(rows.order_by(Estimate.person_id))]  # type: ignore[misc]


def logged() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "thread.estimated")))


def test_it_is_given_at_the_desk_and_on_the_thread_and_logged_once(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    for page in (f"/moderation?case={thread.id}", f"/threads/{thread.id}/{thread.slug}"):
        assert 'id="estimate"' in carol.get(page).text
    assert give(carol, thread, next="/moderation") == 303
    assert give(carol, thread) == 303  # the same again
    assert given() == [("yes", "partly", True)]
    (entry,) = logged()
    assert (entry.is_public, entry.change) == (False, {"before": None, "after": YES})
    assert give(carol, thread, well="no") == 303  # nobody has rated yet
    assert give(browser_of(cast.dora), thread) == 303
    assert given() == [("no", "partly", True), ("yes", "partly", True)]


def test_customers_strangers_get_and_staff_without_the_verb_are_refused(
    cast: Cast, thread: Thread, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    with writing():
        permissions.put(Holder(person_id=cast.dora.id), Verb.SOLVE, thread.category_id, False, by=cast.jana)
    browsers = [browser_of(person) for person in (cast.alice, cast.bob, cast.dora)]
    assert [give(browser, thread) for browser in (*browsers, stranger)] == [403, 403, 403, 303]
    assert 'id="estimate"' not in browsers[2].get(f"/moderation?case={thread.id}").text
    assert browser_of(cast.carol).get(f"/moderation/threads/{thread.id}/estimate").status_code == 405
    assert given() == []


def test_both_questions_of_a_solved_thread_of_a_customer(make: Make, cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    assert give(carol, thread, personal="") == 422
    assert give(carol, make.thread(by=cast.alice)) == 409
    assert give(carol, make.thread(by=cast.dora, solved=True)) == 409
    assert give(carol, make.thread(by=cast.carol, solved=True)) == 409
    with writing():
        solving.reopen(thread, by=cast.alice)
    assert give(carol, thread) == 409
    assert given() == []


def test_who_has_given_none_learns_nothing_of_the_rating(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol, dora = browser_of(cast.carol), browser_of(cast.dora)
    pages = [f"/moderation?case={thread.id}", f"/threads/{thread.id}/{thread.slug}"]

    def seen_by(browser: FlaskClient) -> list[str]:
        return [re.sub(r"(key|token)\" value=\"[^\"]*", "", browser.get(page).text) for page in pages]

    before = seen_by(dora)
    give(carol, thread)
    rate(thread, cast, "no", comment="canaryline")
    assert [page.count("canaryline") for page in seen_by(dora)] == [0, 0]
    parts = [re.search(r'<section class="rail-part estimate".*?</section>', page, re.DOTALL) for page in seen_by(dora)]
    assert [part and part[0] in whole for part, whole in zip(parts, before, strict=True)] == [True, True]
    for page in seen_by(carol):
        assert "canaryline" in page
        assert re.search(r"Served well</th><td>Yes</td><td>No</td>", page)
    assert give(carol, thread, well="no") == 409  # now she knows
    assert give(dora, thread) == 303
    assert given() == [("yes", "partly", True), ("yes", "partly", False)]


def test_customers_see_no_estimate_anywhere(cast: Cast, thread: Thread, browser_of) -> None:  # type: ignore[no-untyped-def]
    give(browser_of(cast.carol), thread)
    alice = browser_of(cast.alice)
    for page in (f"/threads/{thread.id}/{thread.slug}", "/settings/standing", "/moderation/log", "/notifications"):
        assert "stimate" not in alice.get(page).text


@pytest.mark.parametrize("same_asker", [True, False])
def test_merging_takes_them_along_for_the_same_asker_only(
    make: Make, cast: Cast, thread: Thread, same_asker: bool
) -> None:
    into = make.thread(by=cast.alice if same_asker else cast.bob, title="The one that stays")
    rate(thread, cast)
    with writing():
        db.session.add(
            Estimate(
                thread_id=thread.id,
                person_id=cast.dora.id,
                well="no",
                personal="no",
                before_rating=False,
                at=thread.created_at,
            )
        )
    with writing():
        done = merging.merge(thread, into, by=cast.dora, reason="The same.")
    place = into.id if same_asker else thread.id

    def places() -> list[int]:
        db.session.expire_all()
        return [*db.session.scalars(select(Rating.thread_id)), *db.session.scalars(select(Estimate.thread_id))]

    assert places() == [place, place]
    with writing():
        undoing.undo(done, by=cast.dora)
    assert places() == [thread.id, thread.id]


# --- Figures


def test_shares_count_yes_among_the_answers_and_are_not_said_of_few() -> None:
    ratings = [Counted(1, "yes", "no", 3), Counted(1, "partly", None, 2), Counted(2, "no", "no", 4)]
    estimates = [Counted(1, "yes", "yes", 9), Counted(2, "no", "yes", 1)]
    found = sums_of([Counted(1, None, None, 20), Counted(2, None, None, 5)], ratings, estimates)
    assert (found[1].solved, found[1].rated, found[1].estimated) == (20, 5, 9)
    assert (found[1].customers["well"].percent, found[1].customers["personal"].percent) == (60, None)
    assert found[2].customers["well"].percent is None  # four answers
    assert (found[None].solved, found[None].rated) == (25, 9)
    assert (found[None].customers["well"].percent, found[None].staff["well"].percent) == (33, 90)
    assert sums_of([], [], [])[None].customers["well"].percent is None


def test_the_figures_of_the_desk_tell_both_sides_in_three_statements(
    make: Make, cast: Cast, thread: Thread, browser_of
) -> None:  # type: ignore[no-untyped-def]
    for number in range(5):
        rate(make.thread(by=cast.alice, title=f"Case {number} of hers", solved=True), cast, "yes" if number else "no")
    make.thread(by=cast.alice, title="In another room", solved=True, category="power")
    make.thread(by=cast.dora, title="A colleague's", solved=True)
    give(browser_of(cast.carol), thread)
    with statements() as asked:
        found = service_figures(30)
    assert len(asked) == 3
    internet = found[thread.category_id]
    assert (internet.solved, internet.rated, internet.estimated) == (6, 5, 1)
    assert (internet.customers["well"].percent, internet.staff["well"].percent) == (80, None)
    page = browser_of(cast.carol).get("/moderation/figures").text
    assert "80 %" in page
    assert "too few" in page
