"""What somebody wrote is never lost and never sent twice: other devices, no network, two windows, a session that is over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import main_journey as the
from tests.journeys.conftest import PHONE
from tests.journeys.people import Finger

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

SAVED = re.compile(r"\d\d:\d\d")
TITLE = "Der Zähler im Keller zeigt gar nichts mehr an"
BODY = "Seit dem Gewitter am Dienstag ist die Anzeige dunkel, der Strom im Haus ist aber da."


def test_a_draft_begun_on_a_laptop_goes_on_on_a_phone(somebody, site):
    laptop = somebody("svenja")
    the.begins_to_ask(laptop, TITLE)
    laptop.write(body=BODY)
    laptop.waits(lambda: _is_stored(site, BODY))
    expect(laptop.page.locator(".editor-saved")).to_have_text(SAVED)
    phone = somebody(language="de", hands=Finger, **PHONE)
    phone.log_in("svenja")
    phone.open("/ask")
    phone.hands.use(phone.page.locator("main a", has_text=TITLE).first)
    expect(phone.field("title")).to_have_value(TITLE)
    expect(phone.field("body")).to_have_value(BODY)


def test_what_a_stranger_wrote_is_theirs_after_logging_in(somebody):
    stranger = somebody()
    the.begins_to_ask(stranger, TITLE)
    stranger.write(body=BODY)
    stranger.press("Go on")
    stranger.arrives("/ask/[^/]+/(similar|check)")
    if stranger.path.endswith("/similar"):
        stranger.press("None of these, go on")
    stranger.follow("Log in", stranger.page.locator("main"))
    stranger.log_in("emily")
    stranger.arrives("/ask/[^/]+/check")
    stranger.reads(TITLE)
    stranger.press("Post it")
    stranger.sees("Your question is public now. As soon as somebody answers, we tell you.")


def test_without_network_the_text_is_kept_and_stored_as_soon_as_there_is_one(somebody, site):
    raj = somebody("raj")
    the.begins_to_ask(raj, "The meter in the cellar shows nothing")
    status = raj.page.locator(".editor-saved")
    raj.page.context.set_offline(True)
    raj.write(body="Written in the cellar, where there is no network.")
    expect(status).to_have_text(raj.word("Not stored yet. Kept in this window for now."))
    raj.page.context.set_offline(False)
    expect(status).to_have_text(SAVED)
    assert _is_stored(site, "Written in the cellar, where there is no network.")


def test_a_stale_edit_shows_both_texts_and_loses_neither(somebody, site):
    post = _post_of(site, "alice")
    first, second = somebody("alice"), somebody("alice")
    for window in (first, second):
        window.open(f"/posts/{post}/edit")
    first.write(body="Der erste Text, der gespeichert wurde.")
    first.press("Save")
    first.arrives("/threads/")
    second.write(body="Der zweite Text, der zu spät kam.")
    second.press("Save")
    second.sees(
        "Somebody saved another text while you were writing. Nothing is lost: yours is in the form, "
        "theirs stands below it. Put together what should stay, then save."
    )
    expect(second.field("body")).to_have_value("Der zweite Text, der zu spät kam.")
    second.reads("Der erste Text, der gespeichert wurde.")
    second.write(body="Beide zusammen.")
    second.press("Save")
    second.arrives("/threads/")
    second.reads("Beide zusammen.")


def test_two_windows_of_one_draft_keep_both_texts(somebody, site, watch):
    watch.refusals_expected.add(409)
    first = somebody("wiebke")
    the.begins_to_ask(first, TITLE)
    first.write(body="Im ersten Fenster geschrieben.")
    first.waits(lambda: _is_stored(site, "Im ersten Fenster geschrieben."))
    second = somebody("wiebke")
    second.open(first.path)
    first.write(body="Im ersten Fenster weitergeschrieben.")
    first.waits(lambda: _is_stored(site, "Im ersten Fenster weitergeschrieben."))
    second.write(body="Im zweiten Fenster geschrieben.")
    choose = second.page.locator(".editor-saved a")
    expect(choose).to_be_visible()
    second.hands.use(choose)
    second.reads("Im ersten Fenster weitergeschrieben.")
    second.reads("Im zweiten Fenster geschrieben.")


def test_a_reply_sent_after_the_session_was_over_is_there_after_login_and_sent_once(somebody, site, watch):
    watch.refusals_expected.add(401)  # what is typed is stored now and then, and may meet the ended session first
    bob, ends = somebody(language="de"), somebody(language="de")
    bob.log_in("bob")
    thread = _open_thread(site, "bob")
    bob.open(f"/threads/{thread}/")
    bob.write(body="Geschrieben, während die Sitzung zu Ende ging.")
    ends.log_in("bob")
    ends.open("/settings/sessions")
    ends.press("Log out all other browsers")
    ends.press("Log out all other browsers", ends.page.locator("dialog"))
    expect(ends.page.locator(".flashes")).to_be_visible()
    bob.press("Reply")
    bob.arrives("/login")
    bob.log_in("bob")
    bob.arrives("/kept")
    bob.reads("Geschrieben, während die Sitzung zu Ende ging.")
    bob.press("Send it once more")
    bob.arrives(f"/threads/{thread}/")
    bob.reads("Geschrieben, während die Sitzung zu Ende ging.")
    bob.open("/kept")
    assert bob.path == "/"
    assert _count(site, "Geschrieben, während die Sitzung zu Ende ging.") == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_double_click_posts_once(somebody, site, scripts):
    words = f"Doppelt geklickt, {'mit' if scripts else 'ohne'} Skript."
    tarek = somebody("tarek", scripts=scripts)
    tarek.open(f"/threads/{_open_thread(site, 'tarek')}/")
    tarek.write(body=words)
    tarek.button("Reply").dblclick()
    tarek.reads(words)
    tarek.page.wait_for_load_state()
    assert _count(site, words) == 1


def test_going_back_after_posting_and_sending_again_posts_once(somebody, site):
    henning = somebody("henning")
    henning.open(f"/threads/{_open_thread(site, 'henning')}/")
    henning.write(body="Vor dem Zurückgehen geschrieben.")
    henning.press("Reply")
    henning.reads("Vor dem Zurückgehen geschrieben.")
    henning.page.go_back()
    if henning.field("body").input_value() == "Vor dem Zurückgehen geschrieben.":
        henning.press("Reply")
        henning.page.wait_for_load_state()
    henning.open("/")
    assert _count(site, "Vor dem Zurückgehen geschrieben.") == 1


def test_going_back_to_a_posted_draft_leads_to_the_thread(somebody, site):
    kalle = somebody("kalle-h")
    the.begins_to_ask(kalle, TITLE)
    draft = kalle.path
    kalle.write(body=BODY)
    kalle.press("Go on")
    if kalle.path.endswith("/similar"):
        kalle.press("None of these, go on")
    kalle.press("Post it")
    kalle.arrives("/threads/")
    thread = kalle.path
    kalle.page.go_back()
    kalle.page.reload()
    assert kalle.path == thread
    kalle.open(draft)
    assert kalle.path == thread


def _post_of(site, name: str) -> int:
    return site.rows(
        "SELECT posts.id FROM posts JOIN threads ON threads.id = thread_id JOIN persons ON persons.id = posts.author_id"
        " WHERE name = ? AND locked_at IS NULL AND posts.visibility = 'published' AND number > 1 ORDER BY posts.id",
        name,
    )[0][0]


def _open_thread(site, name: str) -> int:
    """A thread in which this person may reply, and has not asked."""
    return site.rows(
        "SELECT threads.id FROM threads JOIN persons ON persons.id = author_id WHERE name != ? AND solved_at IS NULL"
        " AND locked_at IS NULL AND closed_at IS NULL AND duplicate_of_id IS NULL AND visibility = 'published'"
        " ORDER BY last_post_at DESC",
        name,
    )[0][0]


def _is_stored(site, body: str) -> bool:
    """Does an open draft hold this text?"""
    return bool(site.rows("SELECT 1 FROM drafts WHERE body = ? AND closed_at IS NULL", body))


def _count(site, words: str) -> int:
    return site.rows("SELECT count(*) FROM posts WHERE source LIKE ?", f"%{words}%")[0][0]
