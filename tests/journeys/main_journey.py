"""The main job of the community, told once: a customer registers, meets the solved case, asks all the same, staff answer and
mark, and the next customer finds it. Every test walks it with other hands.
"""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, expect

from tests.journeys.live import until
from tests.journeys.people import NEW_PASSWORD, Reader

TYPED = "Störungsmelung Internetausfal wird nich angenommen"
CASE = "Störungsmeldung für Internetausfall wird nicht angenommen"
SOLUTION = "Meine Vorgänge → Störungen"
BODY = (
    "Seit heute früh geht gar nichts mehr, und das Formular nimmt meine Meldung nicht an. "
    "Eine alte Meldung habe ich nicht offen, das habe ich schon nachgesehen."
)
ANSWER = (
    "Das Formular hatte heute früh selbst eine Störung. Seit neun Uhr nimmt der Leuchtturm deine Meldung wieder an."
)
RARE_WORD = "Leuchtturm"  # of the answer alone
TAGS = "störungsmeldung formular"
INDEX_FOLLOWS_WITHIN = 4.0  # seconds: two are promised, the rest is for a busy machine and the browser


def registers(reader: Reader, name: str) -> None:
    """Ask for an account, open the mail, confirm with one press; then they are logged in."""
    reader.open("/register")
    reader.write(name=name, email=f"{name}@example.net", password=NEW_PASSWORD)
    reader.press("Create the account")
    reader.arrives("/register/sent")
    reader.open(_link_in_mail_to(reader, f"{name}@example.net"))
    reader.press("Confirm")
    reader.sees("Your address is confirmed. Welcome, %(name)s.", name=name)


def _link_in_mail_to(reader: Reader, address: str) -> str:
    """The link in the newest mail to this address, read where development shows mails."""
    letter = reader.page.locator("main .log-list li", has_text=address).locator("a").first
    reader.open("/dev/mail")
    until(lambda: letter.count() or reader.page.reload() is None, within=10, every=0.3)
    reader.hands.use(letter)
    reader.reads(address)
    return str(reader.page.locator("main pre a").first.get_attribute("href"))


def begins_to_ask(reader: Reader, title: str = TYPED) -> None:
    """Say what it is about, and write a title; the cases like it stand under it (without scripts: on their own page)."""
    reader.open("/ask")
    reader.choose("category", "internet")
    reader.press("Go on")
    reader.arrives("/ask/[^/]+/(request|describe)")
    if reader.path.endswith("/request"):
        reader.choose("request", "")  # something else
        reader.press("Go on")
    reader.arrives("/ask/[^/]+/describe")
    reader.write(title=title)
    if not reader.has_scripts:
        reader.press("Look for solved cases")
        reader.arrives("/ask/[^/]+/similar")


def meets_the_case(reader: Reader) -> Locator:
    """The solved case is there; opened in place, it says how it was solved."""
    case = reader.page.locator(".similar-case", has_text=CASE)
    expect(case).to_have_count(1)
    reader.unfold(case.locator("summary"))
    expect(case.get_by_text(SOLUTION)).to_be_visible()
    return case


def goes_on_and_posts(reader: Reader, case: Locator, body: str = BODY) -> str:
    """It is not quite it: describe, check and post. The new thread's path."""
    reader.hands.use(case.locator("[data-not-quite]"))
    reader.arrives("/ask/[^/]+/describe")
    expect(case.get_by_text(SOLUTION)).to_be_hidden()
    reader.write(body=body)
    reader.press("Go on")
    reader.arrives("/ask/[^/]+/(similar|check)")
    if reader.path.endswith("/similar"):
        reader.press("None of these, go on")
    reader.reads(TYPED)
    reader.press("Post it")
    reader.sees("Your question is public now. As soon as somebody answers, we tell you.")
    return reader.path


def answers_and_marks(staff: Reader, thread: str) -> float:
    """At the desk: open the case, tag, answer, mark the answer as the solution. When it was marked."""
    staff.open("/moderation")
    row = staff.page.locator(f".queue-row-link[href*='case={_number(thread)}']")
    while not row.count():
        staff.follow("Older")
    staff.hands.use(row)
    staff.arrives(r"/moderation\?.*case=")
    expect(staff.page.locator(".desk-case h2").first).to_have_text(TYPED)
    _tag(staff)
    staff.write(body=ANSWER)
    staff.press("Answer")
    mine = staff.page.locator("article.post", has_text=ANSWER)
    expect(mine).to_be_visible()
    if "/moderation" in staff.path:
        staff.unfold(mine.locator(".post-more > summary"))
        staff.press("Mark as solution", mine)
    else:
        staff.press("This solved it", mine)
    expect(staff.page.locator("article.post-is-solution", has_text=ANSWER)).to_be_visible()
    return time.monotonic()


def _tag(staff: Reader) -> None:
    acts = staff.page.locator(".staff-acts")
    fold = acts.locator("details", has=staff.page.locator("[name='tags']"))
    staff.unfold(fold.locator("summary"))
    staff.write(tags=TAGS)
    staff.press("Save the tags", fold)
    staff.sees("The tags are saved.")


def hears_of_it(customer: Reader) -> None:
    """The customer is told of answer and solution, and goes there."""
    until(lambda: _has_news(customer), within=10, every=0.5)
    expect(customer.page.locator(".masthead-bell-count")).to_be_visible()
    customer.hands.use(customer.page.locator(".masthead-bell"))
    customer.hands.use(customer.page.locator(".notification-open").first)
    customer.reads(ANSWER)


def _has_news(customer: Reader) -> bool:
    customer.open("/")
    return customer.page.locator(".masthead-bell-count").count() > 0


def finds_it(stranger: Reader, thread: str, marked_at: float) -> float:
    """Searching for a word of the answer, a stranger meets the thread and reads the solution. Seconds since the mark."""
    stranger.open("/search")
    stranger.hands.write(stranger.page.locator("[name='q']:visible").first, RARE_WORD)
    stranger.page.keyboard.press("Enter")
    stranger.arrives(rf"/search\?q={RARE_WORD}")
    hit = stranger.page.locator(f".result-title a[href^='{thread}']")
    until(lambda: hit.count() or stranger.page.reload() is None, within=2 * INDEX_FOLLOWS_WITHIN, every=0.25)
    waited = time.monotonic() - marked_at
    stranger.hands.use(hit)
    expect(stranger.page.locator(".status-strip .state-solved")).to_be_visible()
    stranger.reads(RARE_WORD)
    return waited


def _number(thread: str) -> str:
    return thread.split("/")[2]


def walk(customer: Reader, staff: Reader, stranger: Reader, name: str) -> None:
    """The whole way. `name` is the customer's new user name; `staff` is logged in."""
    registers(customer, name)
    begins_to_ask(customer)
    thread = goes_on_and_posts(customer, meets_the_case(customer))
    assert re.match(r"/threads/\d+/stoerungsmelung", thread), thread
    marked_at = answers_and_marks(staff, thread)
    assert finds_it(stranger, thread, marked_at) < INDEX_FOLLOWS_WITHIN
    hears_of_it(customer)
    customer.log_out()
