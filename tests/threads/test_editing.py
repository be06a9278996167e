"""Editing: every version is kept, two writers never overwrite each other, and everyone can see what changed."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import limits
from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.threads import editing, moderating
from community.threads.models import Post, Revision, Thread
from tests.making import Cast, Make, words

BAD_TITLES = {
    "empty": "", "spaces": "        ", "short": "abc def", "emoji only": "😀😀😀😀😀😀😀😀😀😀", "digits": "12345678 90",
    "zero width": "\u200b" * 20, "overrides": "\u202e" * 20, "controls": "\x00\x07\x1b" * 5, "too long": "word " * 50,
}  # fmt: skip


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(cast.alice, title="The first title", body="The first words")


@pytest.fixture
def opening(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()


def form(**fields: str) -> dict[str, str]:
    return {"title": "The first title", "body": "The first words", "started_from": "1"} | fields


def revisions() -> list[tuple[int, str]]:
    return [
        (row.number, row.source)
        for row in db.session.scalars(select(Revision).order_by(Revision.post_id, Revision.number))
    ]


def test_the_author_edits_and_retitles(browser_of, cast: Cast, thread: Thread, opening: Post) -> None:
    alice = browser_of(cast.alice)
    page = alice.get(f"/posts/{opening.id}/edit").text
    assert "The first words" in page
    assert 'value="The first title"' in page
    said = alice.post(
        f"/posts/{opening.id}/edit", data=form(title="The second title", body="Other *words*", reason="clearer")
    )
    assert (said.status_code, said.location) == (303, f"/threads/{thread.id}/the-second-title#post-1")
    assert (thread.title, opening.revision) == ("The second title", 2)
    assert "<em>words</em>" in opening.html
    assert revisions() == [(1, "The first words"), (2, "Other *words*")]
    actions = [event.action for event in db.session.scalars(select(Event).order_by(Event.id))]
    assert actions[-2:] == [Action.THREAD_RETITLED, Action.POST_EDITED]


def test_a_reply_has_no_title(browser_of, make: Make, cast: Cast, thread: Thread) -> None:
    reply = make.reply(thread, cast.alice, "Words")
    alice = browser_of(cast.alice)
    assert 'name="title"' not in alice.get(f"/posts/{reply.id}/edit").text
    assert alice.post(f"/posts/{reply.id}/edit", data=form(title="A stolen title")).status_code == 303
    assert thread.title == "The first title"


def test_the_neighbour_and_the_stranger_are_refused(
    browser_of, stranger: FlaskClient, cast: Cast, opening: Post
) -> None:
    bob = browser_of(cast.bob)
    assert bob.get(f"/posts/{opening.id}/edit").status_code == 403
    assert bob.post(f"/posts/{opening.id}/edit", data=form(body="mine now")).status_code == 403
    assert stranger.get(f"/posts/{opening.id}/edit").status_code == 303
    assert stranger.post(f"/posts/{opening.id}/edit", data=form(body="mine now")).status_code == 303
    assert opening.revision == 1


def test_staff_edit_others_and_that_is_said(browser_of, cast: Cast, opening: Post) -> None:
    browser_of(cast.dora).post(f"/posts/{opening.id}/edit", data=form(body="Without the swear word"))
    event = db.session.scalars(select(Event).where(Event.action == Action.POST_EDITED.value)).one()
    assert (event.actor_id, event.payload["of_another"]) == (cast.dora.id, True)


def test_in_a_locked_thread_staff_alone_edit(browser_of, cast: Cast, thread: Thread, opening: Post) -> None:
    with writing():
        moderating.lock_thread(thread, by=cast.dora, reason="enough")
    assert browser_of(cast.alice).get(f"/posts/{opening.id}/edit").status_code == 403
    assert browser_of(cast.carol).get(f"/posts/{opening.id}/edit").status_code == 200


def test_a_stale_edit_shows_both_texts_and_loses_nothing(browser_of, cast: Cast, thread: Thread, opening: Post) -> None:
    alice, dora = browser_of(cast.alice), browser_of(cast.dora)
    assert dora.post(f"/posts/{opening.id}/edit", data=form(body="The words of Dora")).status_code == 303
    met = alice.post(
        f"/posts/{opening.id}/edit", data=form(body="The words of <Alice>", title="A title of Alice", reason="because")
    )
    assert met.status_code == 409
    page = html.unescape(met.text)
    assert "The words of <Alice></textarea>" in page
    assert 'value="A title of Alice"' in page
    assert 'value="because"' in page
    assert '<div class="diff">The words of Dora</div>' in page
    assert "<del>Dora</del>" in page
    assert 'name="started_from" value="2"' in page
    assert opening.source == "The words of Dora"
    again = alice.post(f"/posts/{opening.id}/edit", data=form(body="Both", started_from="2"))
    assert again.status_code == 303
    assert revisions() == [(1, "The first words"), (2, "The words of Dora"), (3, "Both")]


@pytest.mark.parametrize("started_from", ["", "abc", "0", "-1", "99", "9" * 40])
def test_an_edit_that_started_nowhere_is_stale(browser_of, cast: Cast, opening: Post, started_from: str) -> None:
    met = browser_of(cast.alice).post(f"/posts/{opening.id}/edit", data=form(body="x y z", started_from=started_from))
    assert met.status_code == 409
    assert opening.revision == 1


def test_the_same_form_twice_is_one_revision(browser_of, cast: Cast, opening: Post) -> None:
    alice, sent = browser_of(cast.alice), form(body="Other words", idempotency_key="k" * 22)
    answers = [alice.post(f"/posts/{opening.id}/edit", data=sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert opening.revision == 2


def test_saving_what_is_there_changes_nothing(browser_of, cast: Cast, opening: Post) -> None:
    assert browser_of(cast.alice).post(f"/posts/{opening.id}/edit", data=form()).status_code == 303
    assert opening.revision == 1
    assert opening.edited_at is None


@pytest.mark.parametrize("kind", BAD_TITLES)
def test_a_title_that_says_nothing_is_refused_at_its_field(
    browser_of, cast: Cast, thread: Thread, opening: Post, kind: str
) -> None:
    refused = browser_of(cast.alice).post(
        f"/posts/{opening.id}/edit", data=form(title=BAD_TITLES[kind], body="My careful words")
    )
    assert refused.status_code == 422
    assert 'id="title-error"' in refused.text
    assert "My careful words" in refused.text
    assert thread.title == "The first title"


@pytest.mark.parametrize(
    "title",
    ["Störung seit heute früh", "No  internet\u200b\n here", "Нет интернета", "路由器不能上网了怎么办", "WLAN 😀 weg"],
)
def test_titles_in_any_script_are_taken_as_one_line(
    browser_of, cast: Cast, thread: Thread, opening: Post, title: str
) -> None:
    assert browser_of(cast.alice).post(f"/posts/{opening.id}/edit", data=form(title=title)).status_code == 303
    assert thread.title == " ".join(title.replace("\u200b", "").split())


@pytest.mark.parametrize("body", ["", " \n ", "\u200b", "x" * (limits.BODY_MAX + 1)])
def test_a_text_without_words_is_refused_at_its_field(browser_of, cast: Cast, opening: Post, body: str) -> None:
    refused = browser_of(cast.alice).post(f"/posts/{opening.id}/edit", data=form(body=body))
    assert refused.status_code == 422
    assert 'id="body-error"' in refused.text
    assert opening.revision == 1


def test_preview_of_an_edit_stores_nothing(browser_of, cast: Cast, opening: Post) -> None:
    seen = browser_of(cast.alice).post(f"/posts/{opening.id}/edit", data=form(body="Now **this**", preview="1"))
    assert seen.status_code == 200
    assert "<strong>this</strong>" in seen.text
    assert 'name="started_from" value="1"' in seen.text
    assert opening.revision == 1


def test_revisions_show_what_changed(stranger: FlaskClient, browser_of, cast: Cast, opening: Post) -> None:
    browser_of(cast.alice).post(
        f"/posts/{opening.id}/edit", data=form(title="The other title", body="The first <b>", reason="shorter")
    )
    page = stranger.get(f"/posts/{opening.id}/revisions").text
    assert "<del>words</del><ins>&lt;b&gt;</ins>" in page
    assert "<del>first</del><ins>other</ins>" in page
    assert "shorter" in page
    first = stranger.get(f"/posts/{opening.id}/revisions?revision=1").text
    assert '<div class="diff">The first words</div>' in first
    assert stranger.get(f"/posts/{opening.id}/revisions?revision={10**30}").status_code == 200


def test_revisions_of_a_hidden_post_are_for_staff_alone(browser_of, make: Make, cast: Cast, thread: Thread) -> None:
    reply = make.reply(thread, cast.bob, "canary")
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="x")
    assert browser_of(cast.alice).get(f"/posts/{reply.id}/revisions").status_code == 404
    assert browser_of(cast.bob).get(f"/posts/{reply.id}/revisions").status_code == 403
    assert browser_of(cast.carol).get(f"/posts/{reply.id}/revisions").status_code == 200


def test_an_imported_post_stays_html(browser_of, cast: Cast, opening: Post) -> None:
    with writing():
        opening.source_format, opening.source = "html", "<p>Old <b>words</b></p>"
    browser_of(cast.alice).post(
        f"/posts/{opening.id}/edit", data=form(body="<p>New <b>words</b><script>x</script></p>")
    )
    assert opening.source_format == "html"
    assert "<strong>words</strong>" in opening.html
    assert "<script" not in opening.html


def test_a_verb_refuses_what_started_from_an_older_revision(cast: Cast, opening: Post) -> None:
    with writing():
        editing.edit_post(opening, by=cast.alice, words=words("two"), started_from=1)
    with pytest.raises(editing.StaleEdit), writing():
        editing.edit_post(opening, by=cast.dora, words=words("three"), started_from=1)
