"""Scene 8: a customer starts on a laptop, goes on by phone, answers by mail, adds the customer number two days later: one case, no
repetition. The phone has no scripts in one of the walks."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.live import Site, until
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

BEGUN = "Immer gegen acht Uhr."
BODY = f"{BEGUN} Am Kabel ist alles gut, nur im WLAN nicht, und erst seit dem Umzug in die neue Küche."
QUESTION = "Blinkt dabei die Lampe für WLAN?"
ANSWER = "Ja, die Lampe blinkt dann rot, und zwar schnell."
NUMBER = "KN-2025-4711"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_one_case_from_laptop_to_phone_to_mail_without_saying_anything_twice(
    somebody, site: Site, scripts: bool
) -> None:  # type: ignore[no-untyped-def]
    title = f"Abends bricht die Verbindung in der {'Küche' if scripts else 'Stube'} ab"
    laptop: Reader = somebody("alice")
    draft = _begins_on_the_laptop(laptop, title)
    phone: Reader = somebody("alice", scripts=scripts, **PHONE)
    address = _goes_on_by_phone(phone, draft, title)
    number = int(re.findall(r"/threads/(\d+)", address)[0])

    carol: Reader = somebody("carol")
    carol.open(address)
    carol.write(body=QUESTION)
    carol.press("Reply")
    expect(carol.page.locator("article.post", has_text=QUESTION)).to_be_visible()
    _answers_by_mail(site, number)
    phone.open(address)
    expect(phone.page.locator("article.post", has_text=ANSWER)).to_be_visible()

    _tells_the_number_later(phone, number)
    carol.open(f"/moderation/threads/{number}/details")
    carol.page.locator("[name=purpose]").first.select_option("identify")
    carol.press("Show private details")
    carol.reads(NUMBER)
    phone.open(f"/cases/{number}")
    phone.sees("to find the customer or contract")
    assert max(site.rows("SELECT id FROM threads")) == (number,), "a second thread was begun"
    assert site.rows("SELECT count(*) FROM posts WHERE thread_id = ?", number) == [(3,)]
    _is_offered_what_was_told(phone)


def _begins_on_the_laptop(laptop: Reader, title: str) -> str:
    """A title and a sentence, kept by itself; the address of the draft."""
    laptop.open("/ask")
    laptop.choose("category", "internet")
    laptop.press("Go on")
    if laptop.path.endswith("/request"):
        laptop.choose("request", "")
        laptop.press("Go on")
    laptop.arrives("/ask/[^/]+/describe")
    laptop.write(title=title, body=BEGUN)
    expect(laptop.page.locator(".editor-saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    return laptop.path


def _goes_on_by_phone(phone: Reader, draft: str, title: str) -> str:
    """The same draft, with what was written; the rest is typed, looked at and posted. The thread's address."""
    phone.open("/drafts")
    phone.page.get_by_role("link", name=title).first.click()
    phone.arrives("/ask/[^/]+/describe")
    assert phone.path == draft
    expect(phone.field("body")).to_have_value(BEGUN)
    phone.write(body=BODY)
    phone.press("Go on")
    phone.arrives("/ask/[^/]+/(similar|check)")
    if phone.path.endswith("/similar"):
        phone.press("None of these, go on")
    phone.press("Post it")
    phone.sees("Your question is public now. As soon as somebody answers, we tell you.")
    return phone.path


def _answers_by_mail(site: Site, number: int) -> None:
    """The mail of the answer is answered where it says so, with the question quoted below."""
    look = (
        "SELECT address, reply_to, text FROM mails JOIN persons ON persons.id = person_id WHERE persons.name = 'alice'"
        " AND mails.name = 'notification' AND reply_to LIKE '%+r.%' AND text LIKE '%' || (SELECT title FROM threads"
        " WHERE threads.id = ?) || '%' ORDER BY mails.id DESC LIMIT 1"
    )
    (to, reply_to, text) = until(lambda: site.rows(look, number), within=15)[0]
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = to, reply_to, f"<answer-{number}@mail.example.net>"
    message["Subject"], message["Date"] = "Re: Antwort", "Mon, 23 Nov 2026 09:00:00 +0100"
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    message.set_content(f"{ANSWER}\n\nAm Mo., 23. Nov. 2026 um 08:50 Uhr schrieb Nordlicht <{reply_to}>:\n{quoted}\n")
    taken = site.flask("mail", "receive", "--to", reply_to, given=message.as_bytes())
    assert site.rows("SELECT 1 FROM posts WHERE thread_id = ? AND source = ?", number, ANSWER), taken


def _tells_the_number_later(phone: Reader, number: int) -> None:
    """Without searching for anything: the case stands among one's cases, and takes it there."""
    phone.open("/cases")
    phone.page.locator(f"a[href='/cases/{number}']").first.click()
    box = phone.page.locator("main")
    for fold in box.locator(".private-add > summary").all():
        fold.click()
    box.locator("[name=kind]").first.select_option("customer_number")
    box.locator("[name=value]").first.fill(NUMBER)
    phone.press("Keep it")
    phone.sees("It is kept. Only you and staff can read it.")


def _is_offered_what_was_told(phone: Reader) -> None:
    """The next time, the number is offered, to be confirmed."""
    phone.open("/ask")
    phone.choose("category", "internet")
    phone.press("Go on")
    if phone.path.endswith("/request"):
        phone.choose("request", "")
        phone.press("Go on")
    phone.arrives("/ask/[^/]+/describe")
    expect(phone.page.locator("main")).to_contain_text(NUMBER)


def test_a_mail_from_somebody_else_posts_nothing(somebody, site: Site) -> None:  # type: ignore[no-untyped-def]
    del somebody
    message = EmailMessage()
    message["From"], message["To"] = "bob@example.org", "community+r.nonsense@localhost"
    message["Message-ID"] = "<forged@mail.example.net>"
    message.set_content("I am Alice.")
    before = site.rows("SELECT count(*) FROM posts")
    site.flask("mail", "receive", given=message.as_bytes())
    assert site.rows("SELECT count(*) FROM posts") == before
