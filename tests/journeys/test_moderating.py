"""A hidden post is gone for strangers at once and everywhere; its author knows why; Bob reaches nothing that is not his."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.live import until
from tests.journeys.people import Reader, said

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

REASON = "Hier stand eine Telefonnummer."


@pytest.fixture
def thread(site) -> tuple[str, str]:
    """The thread of Alice's that was solved last: its path and title."""
    row = site.rows(
        "SELECT threads.id, slug, title FROM threads JOIN persons ON persons.id = author_id"
        " WHERE name = 'alice' AND solved_at IS NOT NULL AND visibility = 'published' AND duplicate_of_id IS NULL"
        " ORDER BY solved_at DESC"
    )[0]
    return f"/threads/{row[0]}/{row[1]}", row[2]


def _hide(carol: Reader, path: str, number: int) -> None:
    _act(carol, path, number, "Hide the thread" if number == 1 else "Hide the post")


def _restore(carol: Reader, path: str, number: int) -> None:
    _act(carol, path, number, "Restore the post")


def _act(carol: Reader, path: str, number: int, label: str) -> None:
    carol.open(path)
    post = carol.page.locator(f"#post-{number}")
    carol.unfold(post.locator(".post-more > summary"))
    carol.hands.write(post.locator("[name='reason']"), REASON)
    carol.press(label, post)
    expect(carol.page.locator(".flashes")).to_be_visible()


def _places(stranger: Reader, title: str, path: str) -> dict[str, bool]:
    """Where a stranger meets the thread."""
    met = {"itself": stranger.open(path) == 200}
    for place in ("/", "/threads?show=solved", "/people/alice", f"/search?q=%22{title}%22"):
        stranger.open(place)
        met[place.partition("=")[0]] = stranger.page.locator("main a", has_text=title).count() > 0
    return met


def test_a_hidden_thread_is_gone_for_strangers_at_once_and_comes_back(somebody, site, thread):
    path, title = thread
    stranger, carol, alice = somebody(language="de"), somebody("carol"), somebody("alice")
    before = _places(stranger, title, path)
    assert before["itself"]
    assert before["/people/alice"]
    _hide(carol, path, 1)
    assert not any(_places(stranger, title, path).values())

    assert alice.open(path) == 200
    alice.reads(REASON)
    until(lambda: _told(site, "alice", "hidden"))
    alice.open("/notifications")
    alice.reads(title)
    mail = site.rows("SELECT text, address FROM mails WHERE name = 'notification' ORDER BY id DESC LIMIT 1")[0]
    assert REASON in mail[0]
    assert mail[1] == "alice@example.org"
    stranger.open("/moderation/log")
    stranger.reads(REASON)

    _restore(carol, path, 1)
    assert _places(stranger, title, path)["itself"]
    assert until(lambda: _places(stranger, title, path) == before, every=0.5)
    assert until(lambda: _told(site, "alice", "restored"))


def test_a_hidden_reply_leaves_a_line_with_the_reason_and_nothing_of_its_words(somebody, site):
    thread, slug, number, plain = site.rows(
        "SELECT threads.id, slug, number, plain FROM posts JOIN threads ON threads.id = thread_id WHERE number = 2"
        " AND posts.visibility = 'published' AND threads.visibility = 'published' AND NOT by_staff"
        " AND length(plain) > 40 LIMIT 1"
    )[0]
    stranger, carol = somebody(language="de"), somebody("carol")
    path, words = f"/threads/{thread}/{slug}", " ".join(plain.split()[:4])
    stranger.open(path)
    stranger.reads(words)
    _hide(carol, path, number)
    stranger.open(path)
    expect(stranger.page.locator("main")).not_to_contain_text(words)
    expect(stranger.page.locator(f"#post-{number}")).to_contain_text(REASON)
    _restore(carol, path, number)
    stranger.open(path)
    stranger.reads(words)


def _told(site, name: str, kind: str) -> bool:
    return bool(
        site.rows(
            "SELECT 1 FROM notifications JOIN persons ON persons.id = person_id WHERE name = ? AND kind = ?", name, kind
        )
    )


def test_bob_is_refused_what_is_not_his(somebody, site):
    alice, bob = somebody("alice"), somebody("bob")
    alice.open("/ask")
    alice.choose("category", "internet")
    alice.write(title="Ein Entwurf, den nur Alice sieht")
    alice.press("Go on")
    alice.arrives("/ask/[^/]+/(request|describe)")
    draft = alice.path.rpartition("/")[0]
    post = site.rows(
        "SELECT posts.id FROM posts JOIN persons ON persons.id = author_id WHERE name = 'alice' AND visibility = 'published'"
    )[0][0]
    refused = {
        **dict.fromkeys([f"{draft}/describe", f"{draft}/about", f"{draft}/check", f"{draft}/similar"], 404),
        f"/posts/{post}/edit": 403,
        "/moderation": 403,
        "/moderation?tab=hidden": 403,
    }
    assert {path: bob.open(path) for path in refused} == refused
    bob.sees("You may not do this")


def test_a_stranger_is_led_to_the_login_and_back(somebody, site):
    stranger = somebody()
    for path in ("/moderation", "/notifications", "/settings/account"):
        stranger.open(path)
        stranger.arrives("/login")
    stranger.log_in("emily")
    stranger.arrives("/settings/account")
    assert said("en", "Log in") not in stranger.page.inner_text(".masthead")


def test_the_queue_is_narrowed_by_language_alone(somebody):
    carol = somebody("carol")
    carol.open("/moderation")
    before = carol.page.locator(".queue-row").count()
    carol.unfold(carol.page.locator(".desk-filter > summary"))
    carol.page.locator("#filter-language").select_option("en")
    carol.press("Show", carol.page.locator(".desk-filter"))
    carol.arrives(r"/moderation\?.*language=en")
    assert 0 < carol.page.locator(".queue-row").count() < before
