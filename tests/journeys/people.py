"""The people of the journeys: somebody at a browser, the words they read, and the hands they have.

A journey is told once and walked by different hands: a pointer, a finger, a keyboard. Words are given in English and
looked for in the reader's own language, from the same catalogue that the site reads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from playwright.sync_api import BrowserContext, Locator, Page, expect

from community.seed.planting import DEMO_PASSWORD
from tests.journeys.live import ROOT, Site

NEW_PASSWORD = "seven calm herons at dusk"
SPEAKS = {"emily": "en", "raj": "en"}  # everybody else in the story speaks German
PATIENCE = 15_000  # milliseconds

expect.set_options(timeout=PATIENCE)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(ROOT / "translations"), [language])


def said(language: str, text: str, **values: Any) -> str:
    """An English text of the program as a reader of `language` sees it."""
    translated = _catalogue(language).gettext(text)
    return str(translated % values if values else translated)


# --- Hands


class Pointer:
    """A mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def use(self, target: Locator) -> None:
        """Press a button, follow a link, open a fold, tick a box."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Replace what a field holds, letter by letter where letters matter."""
        target.fill("")
        if len(text) > 200 or "\n" in text:
            target.fill(text)
        else:
            target.press_sequentially(text, delay=2)


class Finger(Pointer):
    """A touch screen."""

    def use(self, target: Locator) -> None:
        """Tap it."""
        target.tap()


class Keyboard(Pointer):
    """Tab, Enter, Space and arrows, nothing else; and at every stop it must be seen where the focus is."""

    MOST_STOPS = 150
    WHERE = """target => {
        const here = document.activeElement;
        if (!here || here === document.body) return {name: '', isThere: false, isBeside: false, isShown: true};
        const ringed = (element) => {
            const style = getComputedStyle(element);
            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        };
        let shown = false;
        for (let e = here, n = 0; e && n < 3; e = e.parentElement, n++) shown ||= ringed(e);
        const box = here.getBoundingClientRect();
        return {
            name: (here.getAttribute('aria-label') || here.innerText || here.name || here.tagName).trim().slice(0, 60),
            isThere: here === target,
            isBeside: target.type === 'radio' && here.type === 'radio' && target.name === here.name,
            isShown: shown && here.matches(':focus-visible') && box.width > 0 && box.height > 0
                && box.bottom > 0 && box.top < innerHeight,
        };
    }"""

    def use(self, target: Locator) -> None:
        """Go there and press: Enter for links and buttons, Space for what is ticked."""
        self.go_to(target)
        kind = target.evaluate("e => e.type === 'checkbox' ? 'tick' : e.type === 'radio' ? 'choose' : 'press'")
        if kind == "press":
            self.page.keyboard.press("Enter")
        elif not target.is_checked():
            self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        """Go there, clear it and type."""
        self.go_to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text, delay=2)

    def go_to(self, target: Locator) -> None:
        """Tab until it is reached; a choice among several is one stop, and then the arrows."""
        target.wait_for()
        where = target.evaluate(self.WHERE)
        for _stop in range(self.MOST_STOPS):
            if where["isThere"]:
                return
            self.page.keyboard.press("ArrowDown" if where["isBeside"] else "Tab")
            where = self._seen(target)
        raise AssertionError(f"the keyboard never reached {target}")

    def _seen(self, target: Locator) -> dict[str, Any]:
        """Where the focus is; within a second it must be seen there: a page that is still coming has no style yet."""
        for _look in range(20):
            where: dict[str, Any] = target.evaluate(self.WHERE)
            if where["isShown"]:
                return where
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nobody sees that the focus is on {where['name']!r}")


# --- Somebody at a browser


class Reader:
    """One browser window and whoever sits before it."""

    def __init__(self, page: Page, site: Site, language: str, hands: type[Pointer] = Pointer, has_scripts: bool = True):
        self.page = page
        self.site = site
        self.language = language
        self.hands = hands(page)
        self.has_scripts = has_scripts

    def open(self, path: str) -> int:
        """Go to a path of the site (or an address on it); the status it answers."""
        answer = self.page.goto(path if path.startswith("http") else self.site.address + path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        """Where the window is, without the part behind #."""
        return self.page.url.removeprefix(self.site.address).partition("#")[0]

    def word(self, text: str, **values: Any) -> str:
        """An English text of the program in this reader's language."""
        return said(self.language, text, **values)

    def button(self, text: str, within: Locator | None = None, *, exact: bool = True) -> Locator:
        """The button of this label."""
        return (within or self.page.locator("body")).get_by_role("button", name=self.word(text), exact=exact)

    def link(self, text: str, within: Locator | None = None, *, exact: bool = True) -> Locator:
        """The link of this label."""
        return (within or self.page.locator("body")).get_by_role("link", name=self.word(text), exact=exact)

    def press(self, text: str, within: Locator | None = None, *, exact: bool = True) -> None:
        """Use the button of this label."""
        self.hands.use(self.button(text, within, exact=exact).first)

    def follow(self, text: str, within: Locator | None = None, *, exact: bool = True) -> None:
        """Use the link of this label."""
        self.hands.use(self.link(text, within, exact=exact).first)

    def write(self, **fields: str) -> None:
        """Fill the fields of these names."""
        for name, text in fields.items():
            self.hands.write(self.field(name), text)

    def field(self, name: str) -> Locator:
        """The visible field of this name."""
        return self.page.locator(f"main [name='{name}']:not([type='hidden'])").first

    def choose(self, name: str, value: str) -> None:
        """Tick one of several."""
        self.hands.use(self.page.locator(f"main input[name='{name}'][value='{value}']"))

    def unfold(self, summary: Locator) -> None:
        """Open a fold (<details>), unless it is open."""
        if summary.locator("..").get_attribute("open") is None:
            self.hands.use(summary)

    def sees(self, text: str, **values: Any) -> None:
        """The page says this text of the program."""
        self.reads(self.word(text, **values))

    def reads(self, text: str) -> None:
        """The page says these very words."""
        expect(self.page.locator("main")).to_contain_text(text)

    def waits(self, look: Callable[[], object], within: float = 15.0) -> None:
        """Wait until `look` is true, while the page goes on with what it does."""
        deadline = time.monotonic() + within
        while not look():
            assert time.monotonic() < deadline, "waited in vain"
            self.page.wait_for_timeout(100)

    def arrives(self, path: str) -> None:
        """The window comes to an address that begins like this (a regular expression)."""
        expect(self.page).to_have_url(re.compile(re.escape(self.site.address) + path))

    def log_in(self, name: str, password: str = DEMO_PASSWORD) -> None:
        """Through the form, wherever it is shown."""
        if "/login" not in self.path:
            self.open("/login")
        self.language = SPEAKS.get(name, self.language if name not in CAST else "de")
        label = self.page.locator("main form button[type='submit']").first
        self.write(who=name, password=password)
        self.hands.use(label)
        expect(self.page.locator(".masthead-bell")).to_be_visible()

    def log_out(self) -> None:
        """Through the menu."""
        self.unfold(self.page.locator(".masthead-menu > summary"))
        self.press("Log out")
        expect(self.page.locator(".masthead-bell")).to_have_count(0)


CAST = ("alice", "bob", "carol", "dora", "jana", "svenja", "wiebke", "kalle-h", "henning", "tarek", "emily", "raj")
Somebody = Callable[..., Reader]


def session_of(name: str, context: BrowserContext, site: Site) -> list[Any]:
    """The cookies of somebody who has just logged in, got in this context."""
    page = context.new_page()
    Reader(page, site, "en").log_in(name)
    page.close()
    return list(context.cookies())
