"""Canned replies and macros in a reply box: offered, inserted, sent along; a macro is done as a whole or not at all."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core import clock
from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.intake import drafts
from community.threads import moderating, tagging
from community.threads.models import Solution, State, Thread
from moderation.canned_replies import keeping, macros
from moderation.models import AuditEntry
from tests.making import Cast, Make, words
from tests.moderation.canned import replies_of, stored, written
from tests.sending import forms, parse, text_of

TEXT = "Restart it, please."


@pytest.fixture
def thread(make: Make, cast: Cast) -> Thread:
    return make.thread(by=cast.alice, tags=["wlan"])


@pytest.fixture
def carols(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.carol)  # type: ignore[no-any-return]


def now(thread: Thread) -> Thread:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Thread, thread.id)


def acts_on(thread: Thread) -> list[str]:
    db.session.rollback()
    return list(
        db.session.scalars(select(AuditEntry.act).where(AuditEntry.thread_id == thread.id).order_by(AuditEntry.id))
    )


def page_of(thread: Thread) -> str:
    return f"/threads/{thread.id}/{thread.slug}"


def address_of(thread: Thread) -> str:
    return f"/moderation/threads/{thread.id}/replies"


def sends(browser: FlaskClient, thread: Thread, **values: Any) -> Any:
    fields = forms(browser.get(page_of(thread)))[address_of(thread)]
    return browser.post(address_of(thread), data=fields | {"body": TEXT} | values)


# --- The verb


@pytest.mark.parametrize(
    ("afterwards", "state", "acts"),
    [
        ("waiting", State.WAITING, ["thread.tagged"]),
        ("solved", State.SOLVED, ["thread.tagged", "thread.solved"]),
        ("locked", State.CLOSED, ["thread.tagged", "thread.locked"]),
    ],
)
def test_a_macro_replies_tags_and_settles_in_one_act(
    thread: Thread, cast: Cast, afterwards: str, state: State, acts: list[str]
) -> None:
    macro = written(cast, tags=("box",), afterwards=afterwards, reason="It is done.")
    with writing():
        post = macros.apply_macro(thread, macro, by=cast.carol, text=words(TEXT))
    assert replies_of(thread.id) == [TEXT]
    assert tagging.names_of(thread) == ["box", "wlan"]
    assert now(thread).state == state
    assert acts_on(thread) == acts
    assert now(thread).lock_reason == ("It is done." if afterwards == "locked" else None)
    solved_by = db.session.scalar(select(Solution.post_id).where(Solution.thread_id == thread.id))
    assert solved_by == (post.id if afterwards == "solved" else None)


def test_every_use_is_counted_with_its_time(thread: Thread, make: Make, cast: Cast) -> None:
    macro = written(cast, tags=("box",))
    for number in range(2):
        with writing():
            macros.apply_macro(thread, macro, by=cast.carol, text=words(f"{TEXT} {number}"))
    assert [(reply.used_count, reply.last_used_at) for reply in stored()] == [(2, clock.now())]


@pytest.mark.parametrize("why", ["locked", "archived", "too many tags"])
def test_what_does_not_fit_leaves_nothing_at_all(thread: Thread, cast: Cast, why: str) -> None:
    macro = written(cast, tags=("box", "lamp"), afterwards="locked", reason="It is done.")
    with writing():
        if why == "locked":
            moderating.lock_thread(thread, by=cast.dora, reason="Enough.")
        elif why == "archived":
            keeping.archive(macro, by=cast.dora)
        else:
            tagging.set_tags(thread, ["a", "b", "c", "d"], by=cast.alice)
    before, tags = acts_on(thread), tagging.names_of(thread)
    with pytest.raises(Conflict), writing():
        macros.apply_macro(thread, macro, by=cast.carol, text=words(TEXT))
    assert replies_of(thread.id) == []
    assert tagging.names_of(thread) == tags
    assert acts_on(thread) == before
    assert stored()[0].used_count == 0


def test_a_failure_in_its_last_part_undoes_the_first(
    thread: Thread, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    macro = written(cast, tags=("box",), afterwards="locked", reason="It is done.")

    def refuses(*arguments: Any, **given: Any) -> None:
        raise Conflict

    monkeypatch.setattr(moderating, "lock_thread", refuses)
    with pytest.raises(Conflict), writing():
        macros.apply_macro(thread, macro, by=cast.carol, text=words(TEXT))
    assert replies_of(thread.id) == []
    assert tagging.names_of(thread) == ["wlan"]
    assert acts_on(thread) == []
    assert stored()[0].used_count == 0


# --- The reply box


def test_the_box_offers_what_fits_the_category_and_says_what_macros_do(
    thread: Thread, make: Make, cast: Cast, carols: FlaskClient
) -> None:
    make.category("power")
    written(cast, "For all")
    written(cast, "For this room", category="internet", tags=("box",), afterwards="solved")
    written(cast, "For another room", category="power")
    for address in (page_of(thread), f"/moderation?case={thread.id}"):
        page = text_of(parse(carols.get(address)))
        assert "For all" in page
        assert "For this room: adds the tag box, marks this reply as solution" in page
        assert "For another room" not in page


def test_customers_and_strangers_see_nothing_of_it(
    thread: Thread, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    written(cast, "A canary", text_en="Another canary")
    address = f"/moderation/threads/{thread.id}/canned-replies"
    for browser in (browser_of(cast.alice), browser_of(cast.bob), stranger):
        assert "canary" not in browser.get(page_of(thread)).get_data(as_text=True)
        for method in ("GET", "POST"):
            answer = browser.open(address, method=method)
            assert answer.status_code in (403, 303)
            assert "canary" not in answer.get_data(as_text=True)


def test_the_list_of_the_slash_holds_the_filled_texts(
    thread: Thread, make: Make, cast: Cast, carols: FlaskClient
) -> None:
    case = make.thread(by=cast.bob, title="A title")
    written(cast, "Greeting", text_de="Hallo {customer}", text_en="Hello {customer}")
    written(cast, "Case", text_en=f"{{case:{case.id}}}", tags=("box",))
    with writing():
        db.session.get_one(Thread, case.id).visibility = "hidden"
    options = {
        item.get("data-name"): item
        for item in parse(carols.get(f"/moderation/threads/{thread.id}/canned-replies")).iter("li")
    }
    assert options["Greeting"].get("data-text") == "Hello Alice"
    assert options["Greeting"].get("data-macro") is None
    assert options["Case"].get("aria-disabled") == "true"
    assert options["Case"].get("data-macro") == "adds the tag box"
    assert "A title" not in text_of(options["Case"])


def test_without_scripts_the_filled_text_comes_after_what_was_typed(
    thread: Thread, cast: Cast, carols: FlaskClient
) -> None:
    written(cast, "Greeting", text_en="Hello {customer}", tags=("box",))
    fields = forms(carols.get(page_of(thread)))[address_of(thread)]
    sent = fields | {"body": "Typed before.", "canned": "1", "reply_to": "1"}
    answer = carols.post(f"/moderation/threads/{thread.id}/canned-replies", data=sent)
    assert answer.status_code == 303
    back = forms(carols.get(answer.headers["Location"].partition("#")[0]))[address_of(thread)]
    assert back["body"].split() == ["Typed", "before.", "Hello", "Alice"]
    assert (back["macro"], back["used"], back["reply_to"]) == ("1", "1", "1")
    assert carols.post(address_of(thread), data=back).status_code == 303
    assert replies_of(thread.id) == ["Typed before.\n\nHello Alice"]
    assert stored()[0].used_count == 1
    assert drafts.reply_draft_of(thread.id, cast.carol.id) is None


def test_without_scripts_the_desk_is_come_back_to(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast, "Greeting", text_en="Hello {customer}")
    desk = f"/moderation?case={thread.id}"
    fields = forms(carols.get(desk))[address_of(thread)]
    answer = carols.post(
        f"/moderation/threads/{thread.id}/canned-replies", data=fields | {"body": "Typed before.", "canned": "1"}
    )
    assert answer.headers["Location"] == f"{desk}&used=1#reply"
    assert forms(carols.get(answer.headers["Location"].partition("#")[0]))[address_of(thread)]["body"].split() == [
        "Typed", "before.", "Hello", "Alice",
    ]  # fmt: skip


def test_inserting_leads_back_only_within_the_site(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast)
    sent = {"body": "Typed.", "canned": "1", "next": "//evil.example/"}
    answer = carols.post(f"/moderation/threads/{thread.id}/canned-replies", data=sent)
    assert answer.headers["Location"].startswith(f"/threads/{thread.id}/")


@pytest.mark.parametrize("canned", ["", "4711", "x", "archived", "hidden case", "too long"])
def test_what_cannot_be_inserted_is_said_on_the_page_and_what_was_typed_is_kept(
    thread: Thread, make: Make, cast: Cast, carols: FlaskClient, canned: str
) -> None:
    case = make.thread(by=cast.bob, title="A title")
    reply = written(cast, text_en=f"{{case:{case.id}}}")
    typed = "Typed before. " * (2_285 if canned == "too long" else 1)
    with writing():
        if canned == "archived":
            keeping.archive(reply, by=cast.dora)
        if canned == "hidden case":
            db.session.get_one(Thread, case.id).visibility = "hidden"
    sent = {"body": typed, "canned": canned if canned in ("", "4711", "x") else "1"}
    answer = carols.post(f"/moderation/threads/{thread.id}/canned-replies", data=sent)
    assert answer.status_code == 422
    assert forms(answer)[address_of(thread)]["body"] == typed.strip()
    assert "notice-problem" in answer.get_data(as_text=True)
    if canned == "hidden case":
        assert "A title" not in answer.get_data(as_text=True)


# --- Sending it


def test_the_chosen_macro_goes_along_with_the_reply(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast, tags=("box",), afterwards="solved")
    assert sends(carols, thread, macro="1", used="1").status_code == 303
    assert replies_of(thread.id) == [TEXT]
    assert now(thread).state == State.SOLVED
    assert stored()[0].used_count == 1


def test_a_macro_taken_off_does_nothing_but_its_text_was_used(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast, tags=("box",), afterwards="solved")
    assert sends(carols, thread, macro="", used="1").status_code == 303
    assert replies_of(thread.id) == [TEXT]
    assert now(thread).state == State.WAITING
    assert acts_on(thread) == []
    assert stored()[0].used_count == 1


def test_a_reply_without_any_is_a_reply_like_all_others(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast)
    answer = sends(carols, thread)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(thread)}#post-2")
    assert replies_of(thread.id) == [TEXT]
    assert stored()[0].used_count == 0


@pytest.mark.parametrize("macro", ["", "1"])
def test_sent_twice_it_is_one_reply_and_one_use(thread: Thread, cast: Cast, carols: FlaskClient, macro: str) -> None:
    written(cast, tags=("box",), afterwards="locked", reason="It is done.")
    fields = forms(carols.get(page_of(thread)))[address_of(thread)] | {"body": TEXT, "macro": macro}
    first, second = (carols.post(address_of(thread), data=fields) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert replies_of(thread.id) == [TEXT]
    assert stored()[0].used_count == (1 if macro else 0)


def test_a_macro_for_what_was_said_already_is_refused_in_words(
    thread: Thread, make: Make, cast: Cast, carols: FlaskClient
) -> None:
    written(cast, tags=("box",))
    make.reply(thread, cast.carol, TEXT)
    answer = sends(carols, thread, macro="1")
    assert answer.status_code == 409
    assert "You have said the same here within the last hour" in text_of(parse(answer))
    assert sends(carols, thread).headers["Location"] == f"{page_of(thread)}#post-2"
    assert replies_of(thread.id) == [TEXT]
    assert acts_on(thread) == []


def test_looking_first_and_an_empty_text_keep_the_choice(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast, tags=("box",))
    for sent, status in (({"preview": "1"}, 200), ({"body": " "}, 422)):
        answer = sends(carols, thread, macro="1", used="1", **sent)
        assert answer.status_code == status
        kept = forms(answer)[address_of(thread)]
        assert (kept["macro"], kept["used"]) == ("1", "1")
    assert replies_of(thread.id) == []


@pytest.mark.parametrize(
    ("meanwhile", "said"), [("locked", "it is locked already"), ("archived", "This macro was archived meanwhile.")]
)
def test_a_conflict_is_said_on_the_page_with_the_text_and_nothing_is_posted(
    thread: Thread, cast: Cast, carols: FlaskClient, meanwhile: str, said: str
) -> None:
    macro = written(cast, tags=("box",), afterwards="locked", reason="It is done.")
    fields = forms(carols.get(page_of(thread)))[address_of(thread)] | {"body": TEXT, "macro": "1"}
    with writing():
        if meanwhile == "locked":
            moderating.lock_thread(thread, by=cast.dora, reason="Enough.")
        else:
            keeping.archive(macro, by=cast.dora)
    answer = carols.post(address_of(thread), data=fields)
    assert answer.status_code == 409
    assert said in text_of(parse(answer))
    assert "Nothing was posted." in text_of(parse(answer))
    kept = forms(answer)[address_of(thread)]
    assert kept["body"] == TEXT
    assert replies_of(thread.id) == []
    assert carols.post(address_of(thread), data=kept | {"macro": ""}).status_code == 303
    assert replies_of(thread.id) == [TEXT]


def test_replying_at_the_desk_refuses_customers_strangers_and_get(
    thread: Thread, cast: Cast, carols: FlaskClient, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    written(cast, tags=("box",))
    sent = {"body": TEXT, "macro": "1"}
    for person in (cast.alice, cast.bob):
        assert browser_of(person).post(address_of(thread), data=sent).status_code == 403
    assert stranger.post(address_of(thread), data=sent).headers["Location"].startswith("/login")
    assert carols.get(address_of(thread)).status_code == 405
    assert carols.post("/moderation/threads/4711/replies", data=sent).status_code == 404
    assert carols.post("/moderation/threads/4711/canned-replies", data={"canned": "1"}).status_code == 404
    assert carols.post(address_of(thread), data=sent | {"macro": "4711"}).status_code == 404
    assert replies_of(thread.id) == []


def test_a_hidden_thread_takes_no_macro(thread: Thread, cast: Cast, carols: FlaskClient) -> None:
    written(cast, tags=("box",))
    with writing():
        db.session.get_one(Thread, thread.id).visibility = "hidden"
    for address in (address_of(thread), f"/moderation/threads/{thread.id}/canned-replies"):
        assert carols.post(address, data={"body": TEXT, "macro": "1", "canned": "1"}).status_code == 403
    assert replies_of(thread.id) == []


def test_what_staff_do_to_their_own_thread_is_no_moderation(make: Make, cast: Cast) -> None:
    own = make.thread(by=cast.carol)
    macro = written(cast, tags=("box",), afterwards="solved")
    with writing():
        macros.apply_macro(own, macro, by=cast.carol, text=words(TEXT))
    assert db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.thread_id == own.id)) == 0


# --- At once


def test_of_many_who_lock_with_a_macro_at_once_one_replies(
    app: Flask, thread: Thread, make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    written(cast, tags=("box",), afterwards="locked", reason="It is done.")
    browsers = [browser_of(make.person(f"agent{number}", "agent")) for number in range(20)]
    address = address_of(thread)

    def reply(number: int) -> int:
        with app.app_context():
            sent = {"body": f"{TEXT} {number}", "macro": "1"}
            status: int = browsers[number].post(address, data=sent).status_code
        return status

    db.session.rollback()
    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = Counter(pool.map(reply, range(len(browsers))))
    assert answers == {303: 1, 409: 19}
    assert len(replies_of(thread.id)) == 1
    assert acts_on(thread) == ["thread.tagged", "thread.locked"]
    assert stored()[0].used_count == 1


def test_of_many_who_reply_with_a_macro_at_once_all_do_and_all_are_counted(
    app: Flask, make: Make, cast: Cast, browser_of
) -> None:  # type: ignore[no-untyped-def]
    written(cast, tags=("box",), afterwards="solved")
    addresses = [address_of(make.thread(by=cast.alice)) for _number in range(10)]
    browsers = [browser_of(cast.carol) for _address in addresses]

    def reply(number: int) -> int:
        with app.app_context():
            sent = {"body": TEXT, "macro": "1"}
            status: int = browsers[number].post(addresses[number], data=sent).status_code
        return status

    db.session.rollback()
    with ThreadPoolExecutor(max_workers=10) as pool:
        assert Counter(pool.map(reply, range(len(browsers)))) == {303: 10}
    assert stored()[0].used_count == 10
