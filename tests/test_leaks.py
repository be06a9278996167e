"""Nobody reads what is not theirs: a canary in every hidden place, and every address asked for it as everyone.

`touring` sets the canaries and says who may read each. A finding is (who, where, what).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from community.accounts import people
from community.accounts.models import Person
from community.core.extensions import db, writing
from community.core.mailer import Mail
from community.core.parking import ParkedForm
from community.threads import editing, moderating
from community.threads.models import Post
from moderation.notes import noting
from moderation.notes.models import StaffNote
from search_index import cases, indexing
from tests.making import Cast, Make, words
from tests.sending import parse, text_of
from tests.touring import BESIDE, Scene, hide, set_scene, tour
from tests.working import reindex, work

DEVELOPMENT = ("dev_mail",)  # addresses that production does not have; see test_security


@pytest.fixture
def scene(make: Make) -> Scene:
    return set_scene(make)


def source_of(answer: TestResponse) -> str:
    """What was answered, as text; of a picture whatever can be read in it."""
    return answer.get_data().decode(errors="replace")


def findings(browser: FlaskClient, address: str, scene: Scene, who: str) -> list[tuple[str, str, str]]:
    answer = browser.get(address)
    told = (f"{answer.headers}" + source_of(answer)).casefold()
    asked = address.casefold()
    return [
        (who, address, canary)
        for canary, readers in scene.canaries.items()
        if who not in readers and canary in told and canary not in asked
    ]


def test_no_address_tells_anyone_what_is_not_theirs(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    with app.app_context():
        indexing.rebuild()  # while all of it is public
    work()
    browsers = {
        "a stranger": app.test_client(),
        "bob": browser_of(scene.cast.bob),
        "alice": browser_of(scene.cast.alice),
        "carol": browser_of(scene.cast.carol),
    }
    for address in tour(app, scene, DEVELOPMENT):
        browsers["a stranger"].get(address)  # fills the kept pages while all of it is public
    hide(scene)
    work()
    found = [
        finding
        for who, browser in browsers.items()
        for address in tour(app, scene, DEVELOPMENT)
        for finding in findings(browser, address, scene, who)
    ]
    assert found == []


@pytest.mark.alike("it tries the tour, which asks the same questions of both")
def test_the_canaries_are_where_they_should_be(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    """The other way round: whoever may read a canary finds it somewhere, else the tour proves nothing."""
    hide(scene)
    browsers = {name: browser_of(getattr(scene.cast, name)) for name in ("alice", "bob", "carol")}
    seen: set[tuple[str, str]] = set()
    for who, browser in browsers.items():
        told = "".join(source_of(browser.get(address)) for address in tour(app, scene, DEVELOPMENT))
        seen |= {(who, canary) for canary in scene.canaries if canary in told}
    nowhere_shown = (
        "network",
        "browser",
        "tag",
    )  # a session's is told in other words, a hidden thread's tag not at all
    missing = [
        (who, canary)
        for canary, readers in scene.canaries.items()
        for who in readers & set(browsers)
        if (who, canary) not in seen and not canary.endswith(nowhere_shown)
    ]
    assert missing == []


def test_mails_and_notifications_tell_nobody_what_was_hidden_meanwhile(app: Flask, scene: Scene) -> None:
    hide(scene)
    work()
    found = []
    for mail in db.session.scalars(select(Mail)):
        person = db.session.get(Person, mail.person_id) if mail.person_id else None
        who = person.name if person else "a stranger"
        told = f"{mail.subject}{mail.text}{mail.html}".casefold()
        found += [
            (who, mail.key, canary)
            for canary, readers in scene.canaries.items()
            if who not in readers and canary in told
        ]
    assert found == []


def test_what_a_staff_note_says_stands_in_its_row_and_nowhere_else(  # type: ignore[no-untyped-def]
    app: Flask, scene: Scene, browser_of, caplog
) -> None:
    """No event, audit row, job, mail, notification, draft, kept form, index document, file or line of the log repeats it."""
    caplog.set_level("DEBUG")
    carol, said = browser_of(scene.cast.carol), scene.canary("notethroughpages", "carol")
    thread = scene.threads["solved"]
    carol.post(f"/moderation/threads/{thread.id}/notes", data={"body": f"@dora {said}", "idempotency_key": "k" * 20})
    reindex()
    work()
    canaries = [word for word in scene.canaries if "note" in word]
    assert any(said in note.source for note in db.session.scalars(select(StaffNote)))
    elsewhere = [
        (table.name, canary)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select()).mappings()
        for canary in canaries
        if canary in str(dict(row)).casefold() and table.name != "staff_notes"
    ]
    assert elsewhere == []
    assert [canary for canary in canaries if any(canary in str(case).casefold() for case in cases.all_cases())] == []
    assert [canary for canary in canaries if canary in caplog.text.casefold()] == []
    stored = b"".join(path.read_bytes() for path in index_files(app))
    assert stored
    assert [canary for canary in canaries if canary.encode() in stored] == []


def index_files(app: Flask) -> list[Path]:
    """All files of the site but the database itself."""
    return [path for path in Path(app.config["DATA_DIR"]).rglob("*") if path.is_file() and ".sqlite3" not in path.name]


def test_a_staff_note_is_in_no_page_that_readers_share(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    """Whoever comes first and whoever comes after: what staff were shown is given to nobody else."""
    thread = scene.threads["open"]
    address = f"/threads/{thread.id}/{thread.slug}"
    notes = [canary for canary, readers in scene.canaries.items() if "note" in canary and "carol" in readers]
    staff, customers = browser_of(scene.cast.carol), [browser_of(scene.cast.alice), browser_of(scene.cast.bob)]
    for _twice in range(2):
        assert any(canary in source_of(staff.get(address)) for canary in notes)
        for browser in (*customers, app.test_client()):
            told = source_of(browser.get(address)).casefold()
            assert not any(canary in told for canary in notes)
            assert "note-box" not in told
            assert "staff-note" not in told
    kept = [*app.extensions["theke-pieces"].values(), *app.extensions["theke-wholes"].values()]
    assert kept
    assert not any(canary in str(each) for each in kept for canary in notes)


def test_a_staff_note_changes_no_version_of_a_visitors_page(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    address = f"/threads/{thread.id}/{thread.slug}"
    etag = stranger.get(address).headers["ETag"]
    with writing():
        noting.write_note(thread, by=cast.carol, words=words("Only for staff."))
    assert stranger.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_what_is_missing_and_what_is_hidden_look_the_same(app: Flask, scene: Scene, browser_of) -> None:  # type: ignore[no-untyped-def]
    hide(scene)
    thread, post = scene.threads["secret"].id, scene.posts["removed"].id
    bob = browser_of(scene.cast.bob)
    for browser in (app.test_client(), bob):
        for pattern, hidden in (
            ("/threads/{}/x", thread),
            ("/threads/{}/", thread),
            ("/threads/{}/feed.atom", thread),
            ("/threads/{}/picture.png", thread),
            ("/posts/{}", post),
            ("/posts/{}/revisions", post),
        ):
            answers = [browser.get(pattern.format(number)) for number in (hidden, 4711)]
            assert {answer.status_code for answer in answers} == {404}
            bodies = [
                answer.get_data(as_text=True).replace(str(number), "N")
                for answer, number in zip(answers, (hidden, 4711), strict=True)
            ]
            assert text_of(parse(bodies[0])) == text_of(parse(bodies[1]))


@pytest.mark.parametrize("change", ["hide", "hide opening", "rename", "retitle", "move", "edit", "role"])
def test_a_kept_page_of_visitors_is_never_stale(
    app: Flask, make: Make, cast: Cast, stranger: FlaskClient, change: str
) -> None:
    old = f"{BESIDE}-before"
    with writing():
        cast.bob.display_name = f"{old} name"
    room, other = make.category("internet", description_en=f"{old} room"), make.category("power")
    thread = make.thread(by=cast.bob, title=f"A title of {old}", body=f"A body of {old}")
    reply = make.reply(thread, cast.bob, f"A reply of {old}")
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    thread_page = f"/threads/{thread.id}/{thread.slug}"
    pages = ["/", "/threads", "/categories", f"/categories/{room.slug}", f"/categories/{other.slug}", f"/people/{cast.bob.name}", thread_page]  # fmt: skip
    before = {address: stranger.get(address).get_data(as_text=True) for address in pages}
    assert old in before[thread_page]
    with writing():
        match change:
            case "hide":
                moderating.hide_post(reply, by=cast.dora, reason="Off the subject.")
            case "hide opening":
                moderating.hide_post(opening, by=cast.dora, reason="Off the subject.")
            case "rename":
                people.rename(cast.bob, "A new name", by=cast.bob)
            case "retitle":
                editing.edit_post(
                    opening, by=cast.bob, words=words("A body anew."), started_from=1, title="A title anew"
                )
            case "move":
                moderating.move_thread(thread, other, by=cast.dora)
            case "edit":
                editing.edit_post(reply, by=cast.bob, words=words("A reply anew."), started_from=1)
            case "role":
                people.set_role(cast.bob, "agent")
    fresh = app.test_client()
    for address in pages:
        kept = stranger.get(address)
        app.extensions["theke-pages"].clear()
        assert kept.get_data(as_text=True) == fresh.get(address).get_data(as_text=True), address


def test_a_304_is_never_given_for_what_has_changed(make: Make, cast: Cast, stranger: FlaskClient) -> None:
    thread = make.thread(by=cast.alice)
    reply = make.reply(thread, cast.bob)
    address = f"/threads/{thread.id}/{thread.slug}"
    etag = stranger.get(address).headers["ETag"]
    assert stranger.get(address, headers={"If-None-Match": etag}).status_code == 304
    with writing():
        moderating.hide_post(reply, by=cast.dora, reason="Off the subject.")
    assert stranger.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_what_a_signed_in_person_sees_is_kept_for_nobody(
    make: Make, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    address = f"/threads/{thread.id}/{thread.slug}"
    hers = browser_of(cast.alice).get(address)
    assert "no-store" in hers.headers["Cache-Control"]
    his = stranger.get(address)
    assert "csrf_token" not in his.get_data(as_text=True)
    assert cast.alice.email not in his.get_data(as_text=True)
    assert "Set-Cookie" not in his.headers
    assert "Cookie" in his.headers["Vary"]


def test_no_log_line_or_row_holds_a_secret_in_clear(app: Flask, make: Make, cast: Cast, browser_of, caplog) -> None:  # type: ignore[no-untyped-def]
    bob = browser_of(cast.bob)
    with bob.session_transaction() as cookie:
        secret = cookie["_user_id"]
    bob.get("/settings/sessions")
    stored = [
        str(value)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select()).all()
        for value in row
    ]
    assert secret not in stored
    assert secret not in caplog.text


def test_a_parked_form_is_nobody_elses(app: Flask, make: Make, cast: Cast, stranger: FlaskClient, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    stranger.post(f"/threads/{thread.id}/replies", data={"body": "canary of the parked form"})
    assert db.session.scalar(select(ParkedForm.path)) == f"/threads/{thread.id}/replies"
    for person in (cast.alice, cast.dora):
        assert "canary" not in browser_of(person).get("/kept", follow_redirects=True).get_data(as_text=True)
