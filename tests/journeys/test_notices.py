"""A stranger reports a post and has a receipt; the author gets reasons; a different moderator decides about the appeal."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.live import until
from tests.journeys.people import Finger, Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

WHY = "Das ist eine Beleidigung meiner Nachbarin."
FACTS = "Der Beitrag nennt eine Person eine Gans."
REASON = "Das war eine Redensart und trifft niemanden."


@pytest.fixture
def post(site) -> tuple[int, str, int, str]:
    """A reply of Alice's or Bob's: its id, its thread's path, its number, its author."""
    post_id, thread, slug, number, name = site.rows(
        "SELECT posts.id, threads.id, slug, number, name FROM posts JOIN threads ON threads.id = thread_id"
        " JOIN persons ON persons.id = posts.author_id WHERE number > 1 AND name IN ('alice', 'bob')"
        " AND posts.visibility = 'published' AND threads.visibility = 'published' LIMIT 1"
    )[0]
    return post_id, f"/threads/{thread}/{slug}", number, name


def reports(stranger: Reader, path: str, number: int) -> str:
    """From the post's menu to the receipt; returns the receipt's address."""
    stranger.open(path)
    post = stranger.page.locator(f"#post-{number}")
    stranger.unfold(post.locator(".post-more > summary"))
    stranger.follow("Report illegal content", post)
    stranger.arrives("/notices/new")
    stranger.press("Send the notice")  # the browser, or the site, says what is missing
    stranger.choose("kind", "insult")
    stranger.write(explanation=WHY, email="nora@example.net")
    stranger.hands.use(stranger.field("good_faith"))
    stranger.press("Send the notice")
    stranger.sees("Your notice was received")
    expect(stranger.page.locator(".receipt-number")).to_contain_text("N-")
    return stranger.path


def test_reported_removed_appealed_and_put_back(somebody, site, post):
    post_id, path, number, name = post
    stranger = somebody(language="de", hands=Finger, **PHONE)
    receipt = reports(stranger, path, number)
    until(lambda: site.rows("SELECT 1 FROM mails WHERE name = 'notice_received' AND address = 'nora@example.net'"))

    dora: Reader = somebody("dora")
    dora.open("/moderation")
    dora.follow("Notices", exact=False)
    dora.arrives("/moderation/notices")
    dora.hands.use(dora.page.locator(".complaints .log-list a").first)
    dora.reads(WHY)
    dora.choose("outcome", "removed")
    dora.choose("ground", "law")
    dora.write(facts=FACTS, rule="§ 185 StGB")
    dora.press("Decide")
    dora.sees("No notice waits")

    author: Reader = somebody(name)
    until(lambda: site.rows("SELECT 1 FROM notifications WHERE kind = 'notice_upheld'"))
    author.open("/notifications")
    author.hands.use(author.page.locator(".notification.is-unread .notification-open").first)
    author.arrives("/notices/decisions/")
    author.reads(FACTS)
    expect(author.page.locator("main")).not_to_contain_text("nora")
    expect(author.page.locator("main")).not_to_contain_text(WHY)
    author.follow("Appeal against this decision")
    author.write(text="Das sagt man hier so.")
    author.press("Send the appeal")
    author.sees("not decided yet")

    stranger.open(receipt)
    stranger.reads(FACTS)
    dora.open("/moderation/appeals")
    dora.hands.use(dora.page.locator(".complaints .log-list a").first)
    dora.sees("This is about your own decision. Somebody else of the staff decides about the appeal.")
    expect(dora.button("Decide")).to_have_count(0)

    jana: Reader = somebody("jana")
    jana.open("/moderation/appeals")
    jana.hands.use(jana.page.locator(".complaints .log-list a").first)
    jana.reads("Das sagt man hier so.")
    jana.choose("outcome", "granted")
    jana.write(reason=REASON)
    jana.press("Decide")
    jana.sees("No appeal waits")

    assert site.rows("SELECT visibility FROM posts WHERE id = ?", post_id) == [("published",)]
    author.page.reload()
    author.reads(REASON)
    stranger.open(receipt)
    stranger.reads(REASON)
    stranger.open(path)
    expect(stranger.page.locator(f"#post-{number} .post-body")).to_be_visible()
    stranger.open("/moderation/log")
    stranger.reads(FACTS)
    stranger.reads(REASON)
    stranger.open("/notices")
    stranger.sees("Appeals granted")
