"""Attack strings, rendered and opened in a real browser without any policy: nothing runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Playwright, Route

from community.core.text.rendering import render_here, render_html_here
from tests.core.corpus import ATTACK_FOLDERS, ATTACKS, attacks, disguised

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not ATTACKS.exists(), reason="the attack strings are not beside the project"),
]

SITE = "http://forum.example/"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
TEXTS_PER_PAGE = 1_600  # to open a page costs more than to touch all that is on it

WATCH = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch'])
    window[name] = (...given) => { window.ran.push(name + ': ' + given.join(' ').slice(0, 200)); };
"""
TOUCH = """
() => {
    for (const element of [...document.body.querySelectorAll('*')]) {
        if (!element.attributes.length) continue;  // what listens, fetches or leads somewhere says so in an attribute
        if (element instanceof HTMLElement) HTMLElement.prototype.focus.call(element, {preventScroll: true});
        for (const kind of ['mouseover', 'mouseenter', 'mousemove', 'pointerdown', 'keydown', 'copy', 'paste', 'toggle'])
            element.dispatchEvent(new Event(kind, {bubbles: true}));
        const link = Element.prototype.closest.call(element, 'a');
        if (!link || !/^(https?|mailto):/.test(link.href)) element.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    }
    return window.ran;
}
"""


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser of this module's own, which may ask whomever it likes: each request is answered, and noted, here."""
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield browser
    browser.close()


def harm(chromium: Browser, texts: Sequence[str]) -> list[str]:
    """What ran, broke or was fetched when the texts were shown on one page and each element was touched."""
    found: list[str] = []
    content = "".join(f"<article>{text}</article>" for text in texts)

    def answer(route: Route) -> None:
        if route.request.url == SITE:
            route.fulfill(content_type="text/html; charset=utf-8", body=f"<!doctype html><title>t</title>{content}")
            return
        if not route.request.url.startswith(SITE):
            found.append(f"fetched {route.request.url[:200]}")
        route.abort()

    page = chromium.new_page()
    try:
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: found.append(f"error {error.message[:200]}"))
        page.on("dialog", lambda dialog: (found.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.route("**/*", answer)
        page.goto(SITE, wait_until="domcontentloaded")
        found += page.evaluate(TOUCH)
        page.wait_for_timeout(100)
        found += page.evaluate("() => window.ran")
        if page.url.split("#")[0] != SITE:
            found.append(f"went to {page.url}")
    finally:
        page.close()
    return found


def pages(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), TEXTS_PER_PAGE):
        yield texts[start : start + TEXTS_PER_PAGE]


def test_the_watch_sees_attacks_that_are_not_rendered(chromium):
    raw = [text for text in attacks("bleach_tests") if "alert" in text]
    assert any(harm(chromium, [text]) for text in raw[:20])


@pytest.mark.parametrize("folder", ATTACK_FOLDERS)
def test_no_attack_runs_or_fetches_anything(chromium, folder):
    texts = {}  # each once: many attacks end as the same few words
    for attack in attacks(folder):
        texts |= dict.fromkeys([render_here("\n\n".join(disguised(attack))).html, render_html_here(attack).html])
    assert [found for page in pages(list(texts)) for found in harm(chromium, page)] == []
