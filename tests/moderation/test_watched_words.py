"""Watched words in the settings, each change in the log; and what becomes of a post that says one."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.extensions import db, writing
from community.threads.models import Post
from moderation.approving.judging import Judgement, Outcome, Submission, judgements
from moderation.models import AuditEntry
from moderation.watched_words import keeping
from moderation.watched_words.models import Act, WatchedWord
from moderation.watched_words.reading import read_watched
from tests.making import Cast, Make
from tests.sending import parse, send, text_of

LIST = "/moderation/settings/words"
SENT = {"written": "Casino*", "act": "hold", "note": "Since May"}
FACT = {"word": "Casino*", "act": "hold", "note": "Since May"}


@pytest.fixture
def doras(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.dora)  # type: ignore[no-any-return]


def watch(cast: Cast, *words: str, act: Act = Act.HOLD) -> None:
    with writing():
        keeping.add([read_watched(word, act) for word in words], by=cast.dora)


def stored() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(WatchedWord).order_by(WatchedWord.id))
    return [(row.written, row.act, row.note) for row in rows]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def submission(cast: Cast, text: str, title: str = "", edited_id: int | None = None) -> Submission:
    return Submission(cast.alice.id, 1, title, text, text, edited_id=edited_id)


def test_a_word_is_added_changed_and_deleted_with_one_row_each(doras: FlaskClient, cast: Cast) -> None:
    assert send(doras, LIST, LIST, **SENT).status_code == 303
    assert stored() == [("Casino*", "hold", "Since May")]
    page = text_of(parse(doras.get(LIST)))
    assert "Posts with these are refused None yet. Posts with these are held Casino* Since May" in page
    assert send(doras, f"{LIST}/1", f"{LIST}/1", act="refuse").status_code == 303
    assert stored() == [("Casino*", "refuse", "Since May")]
    assert send(doras, f"{LIST}/1", f"{LIST}/1").status_code == 303  # nothing is changed, nothing is logged
    assert send(doras, f"{LIST}/1", f"{LIST}/1/delete").status_code == 303
    assert stored() == []
    refused = FACT | {"act": "refuse"}
    assert [entry.change for entry in entries()] == [
        {"before": None, "after": [FACT]},
        {"before": [FACT], "after": [refused]},
        {"before": [refused], "after": None},
    ]
    assert {(entry.act, entry.actor_id, entry.is_public) for entry in entries()} == {
        ("words.changed", cast.dora.id, False)
    }


def test_several_are_added_in_one_act_or_none(doras: FlaskClient, cast: Cast) -> None:
    watch(cast, "box")
    lines = "Gratis Geld\r\n\r\nPoker*\r\nBox\r\nPOKER*\r\n"
    assert send(doras, LIST, f"{LIST}/several", written=lines, act="refuse").status_code == 303
    assert stored()[1:] == [("Gratis Geld", "refuse", ""), ("POKER*", "refuse", "")]
    assert len(entries()) == 2
    answer = send(doras, LIST, f"{LIST}/several", written="Lotto\nx*y\n", act="hold")
    assert answer.status_code == 422
    assert "“x*y”: One star fits" in text_of(parse(answer))
    assert "Lotto\nx*y" in answer.get_data(as_text=True)
    assert len(stored()) == 3


@pytest.mark.parametrize("typed", ["", "*", "a**", "x" * 61, "(a+)+$ " * 2_000, "\u200b", "CASINO *", "Kasino"])
def test_what_cannot_be_watched_is_said_beside_it_and_what_was_typed_is_kept(
    doras: FlaskClient, cast: Cast, typed: str
) -> None:
    watch(cast, "kasino", "casino")
    for address, before in ((LIST, "New"), (f"{LIST}/2", "Changed")):
        answer = doras.post(address, data=SENT | {"written": typed, "note": before, "version": "1"})
        assert answer.status_code == 422
        page = parse(answer)
        (field,) = [item for item in page.iter("input") if item.get("id") == "written"]
        assert (field.get("value"), field.get("aria-invalid")) == (typed, "true")
        (note,) = [item for item in page.iter("input") if item.get("id") == "note"]
        assert note.get("value") == before
        assert [item for item in page.iter("p") if item.get("id") == "written-error"]
    assert len(stored()) == 2
    assert len(entries()) == 1


def test_a_change_of_what_somebody_else_changed_meets_a_conflict(doras: FlaskClient, cast: Cast) -> None:
    watch(cast, "casino")
    send(doras, f"{LIST}/1", f"{LIST}/1", note="Theirs")
    answer = doras.post(f"{LIST}/1", data=SENT | {"version": "1"})
    assert answer.status_code == 409
    assert "Somebody else has changed this word" in text_of(parse(answer))
    assert 'value="Casino*"' in answer.get_data(as_text=True)
    assert stored() == [("casino", "hold", "Theirs")]
    doras.post(f"{LIST}/1/delete")
    assert doras.post(f"{LIST}/1/delete").status_code == 404
    assert doras.post(f"{LIST}/1", data=SENT).status_code == 404


@pytest.mark.parametrize("address", [LIST, f"{LIST}/1", f"{LIST}/1/delete", f"{LIST}/several", f"{LIST}/try"])
def test_customers_and_agents_are_refused_and_strangers_log_in(  # type: ignore[no-untyped-def]
    cast: Cast, browser_of, stranger: FlaskClient, address: str
) -> None:
    watch(cast, "casino")
    for person in (cast.bob, cast.carol):
        assert browser_of(person).post(address, data=SENT).status_code == 403
    assert stranger.post(address, data=SENT).headers["Location"].startswith("/login")
    assert len(stored()) == len(entries()) == 1
    if address.endswith(("delete", "several", "try")):
        assert browser_of(cast.dora).get(address).status_code == 405


def test_the_box_says_what_would_become_of_a_text_and_stores_nothing(doras: FlaskClient, cast: Cast) -> None:
    watch(cast, "gratis geld")
    watch(cast, "casino*", act=Act.REFUSE)
    tried = send(doras, LIST, f"{LIST}/try", text="**Gratis** Geld im [Haus](https://casinos.example)")
    page = text_of(parse(tried))
    assert "A post with this text would be refused." in page
    assert "casino* in the text: “casinos” is refused" in page.replace("”is", "” is")
    assert "gratis geld in the text: “Gratis Geld” is held" in page.replace("”is", "” is")
    assert "No watched word stands in this text." in text_of(parse(send(doras, LIST, f"{LIST}/try", text="Hallo")))
    assert send(doras, LIST, f"{LIST}/try", text=" ").status_code == 422
    assert len(entries()) == 2
    assert db.session.scalars(select(Post)).all() == []


def test_a_post_is_held_or_refused_for_what_it_says_and_staff_read_for_which_words(make: Make, cast: Cast) -> None:
    assert judgements(submission(cast, "Casino")) == []
    watch(cast, "casino", "gratis geld")
    assert judgements(submission(cast, "Gratis Geld", "Im Casino")) == [
        Judgement(Outcome.HOLD, "word", "casino, gratis geld")
    ]
    watch(cast, "poker", act=Act.REFUSE)
    assert judgements(submission(cast, "Casino, Poker")) == [Judgement(Outcome.REFUSE, "word", "poker, casino")]
    thread = make.thread(by=cast.alice, body="The casino has no internet.")
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    assert judgements(submission(cast, "The casino has internet.", edited_id=opening.id)) == []
    assert judgements(submission(cast, "Poker in the casino.", edited_id=opening.id))[0].detail == "poker"
