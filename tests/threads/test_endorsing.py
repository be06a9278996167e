"""Official answers: the company stands by a reply, which need not be the solution."""

from __future__ import annotations

from sqlalchemy import func, select

from community.core.extensions import db, writing
from community.threads import editing, endorsing, moderating
from community.threads.models import Endorsement
from moderation.models import AuditEntry
from tests.making import Cast, Make, words


def official() -> int:
    return db.session.scalar(select(func.count()).select_from(Endorsement)) or 0


def test_staff_make_a_reply_official_and_take_it_back(make: Make, cast: Cast, browser_of, stranger) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice)
    reply = make.reply(thread, cast.bob, "Hold the button for ten seconds.")
    carol, page = browser_of(cast.carol), f"/threads/{thread.id}/{thread.slug}"
    assert "Official answer" not in stranger.get(page).text
    assert carol.post(f"/moderation/posts/{reply.id}/official").status_code == 303
    assert carol.post(f"/moderation/posts/{reply.id}/official").status_code == 303
    shown = stranger.get(page).text
    assert shown.count("Official answer") == 1
    assert "Solution" not in shown
    assert carol.post(f"/moderation/posts/{reply.id}/official/withdrawal").status_code == 303
    assert carol.post(f"/moderation/posts/{reply.id}/official/withdrawal").status_code == 409
    assert "Official answer" not in stranger.get(page).text
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["post.endorsed", "post.endorsement_withdrawn"]


def test_a_question_and_what_is_hidden_are_no_answers(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(cast.alice)
    reply = make.reply(thread, cast.bob)
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="So.")
    question = thread.id  # the opening post of the first thread is the first post
    for post_id in (question, reply.id):
        assert browser_of(cast.carol).post(f"/moderation/posts/{post_id}/official").status_code == 409
    assert official() == 0


def test_what_its_author_changes_is_official_no_longer_and_what_staff_mend_stays(make: Make, cast: Cast) -> None:
    thread = make.thread(cast.alice)
    reply = make.reply(thread, cast.bob, "Hold the button.")
    with writing():
        endorsing.endorse(reply, by=cast.carol)
    with writing():
        editing.edit_post(reply, by=cast.carol, words=words("Hold the button for ten seconds."), started_from=1)
    assert official() == 1
    with writing():
        editing.edit_post(reply, by=cast.bob, words=words("Throw it away."), started_from=2)
    assert official() == 0
