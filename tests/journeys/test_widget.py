"""The widget on a company's own page: another origin with a strict policy, no cookie, by keyboard, in both languages."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.live import Site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>A product page</title></head>
<body><main><h1>KoogBox</h1>{content}</main></body></html>"""


class _Pages(http.server.BaseHTTPRequestHandler):
    """Answers every address with the shop's present page, and forbids that page everything but the community."""

    def do_GET(self) -> None:
        shop: Shop = self.server.shop  # type: ignore[attr-defined]
        body = shop.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", shop.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Silence."""


@dataclass
class Shop:
    """Another site. `page` is what it shows now."""

    page: str = ""
    policy: str = "default-src 'none'"
    origin: str = ""
    complaints: list[str] = field(default_factory=list)

    def show(self, site: Site, content: str, language: str = "en") -> None:
        """Put this content on the page, which may use the community's script and answers, and nothing else."""
        self.page = PAGE.format(language=language, content=content.replace("{site}", site.address))
        allowed = (f"{name} {site.address}" for name in ("script-src", "connect-src", "form-action"))
        self.policy = "; ".join(["default-src 'none'", *allowed, "require-trusted-types-for 'script'"])


def _open(shop: Shop) -> http.server.ThreadingHTTPServer:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.shop = shop  # type: ignore[attr-defined]
    shop.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def shops() -> Iterator[tuple[Shop, Shop]]:
    """The company's product page, and somebody else's page."""
    both = Shop(), Shop()
    servers = [_open(shop) for shop in both]
    yield both
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def settings(shops: tuple[Shop, Shop]) -> dict[str, str]:
    """A site that knows the company's product page."""
    return {"WIDGET_ORIGINS": shops[0].origin}


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor's browser."""
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def at(shop: Shop, window: BrowserContext) -> Page:
    """The shop's page, open, with its complaints collected."""
    page = window.new_page()
    shop.complaints.clear()
    page.on("console", lambda message: shop.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: shop.complaints.append(str(error)))
    page.goto(f"{shop.origin}/")
    return page


SCRIPT = '<script src="{site}/widget.js" async></script>'


def test_solved_cases_are_found_on_the_product_page_by_keyboard(
    site: Site, shops: tuple[Shop, Shop], window: BrowserContext
) -> None:
    shop = shops[0]
    shop.show(site, SCRIPT)
    page = at(shop, window)
    field = page.get_by_role("search").get_by_label("Search solved cases")
    field.focus()
    page.keyboard.type("invoice double")
    page.keyboard.press("Enter")
    status = page.get_by_role("status")
    expect(status).to_contain_text("Solved cases found")
    first = page.get_by_role("listitem").first
    expect(first).to_contain_text("Solved")
    assert (first.locator("p").inner_text()).strip()
    assert page.locator("mark").count() > 0
    href = first.get_by_role("link").get_attribute("href") or ""
    assert href.startswith(f"{site.address}/threads/")
    assert window.cookies() == []
    assert shop.complaints == []
    assert page.goto(href).status == 200  # type: ignore[union-attr]


def test_nothing_found_leads_to_asking_with_the_words(
    site: Site, shops: tuple[Shop, Shop], window: BrowserContext
) -> None:
    shop = shops[0]
    shop.show(site, SCRIPT, language="de")
    page = at(shop, window)
    page.get_by_role("searchbox").fill("xylophonkonzert")
    page.keyboard.press("Enter")
    ask = page.locator(".theke-further a")
    expect(ask).to_be_visible()
    assert ask.get_attribute("href") == f"{site.address}/ask?title=xylophonkonzert"
    assert page.locator(".theke-search").get_attribute("lang") == "de"
    assert shop.complaints == []


def test_it_stands_where_the_page_wants_it_with_the_pages_words_and_more_than_once(
    site: Site, shops: tuple[Shop, Shop], window: BrowserContext
) -> None:
    shop = shops[0]
    shop.show(
        site,
        '<script src="{site}/widget.js" data-target="#help" data-label="Your KoogBox" data-category="internet" async></script>'
        f'{SCRIPT}<section id="help"></section>',
    )
    page = at(shop, window)
    expect(page.locator("#help .theke-search")).to_have_count(1)
    expect(page.locator(".theke-search")).to_have_count(2)
    page.get_by_label("Your KoogBox").fill("invoice double")
    page.keyboard.press("Enter")
    expect(page.locator("#help").get_by_role("status")).not_to_be_empty()
    ids = page.eval_on_selector_all("[id]", "found => found.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
    assert shop.complaints == []


def test_a_page_that_is_not_named_is_led_to_the_community(
    site: Site, shops: tuple[Shop, Shop], window: BrowserContext
) -> None:
    stranger = shops[1]
    stranger.show(site, SCRIPT)
    page = at(stranger, window)
    page.get_by_role("searchbox").fill("invoice double")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    assert page.get_by_role("listitem").count() == 0
    page.get_by_role("link").click()
    page.wait_for_url(f"{site.address}/search?q=invoice+double&status=solved")
    assert page.get_by_role("listitem").count() > 0


def test_without_scripts_a_plain_form_does(site: Site, shops: tuple[Shop, Shop], chromium: Browser) -> None:
    shop = shops[0]
    shop.show(
        site,
        '<form action="{site}/search" method="get" role="search"><label for="q">Search solved cases</label>'
        '<input type="search" id="q" name="q"><input type="hidden" name="status" value="solved"><button>Search</button></form>',
    )
    context = chromium.new_context(java_script_enabled=False)
    page = at(shop, context)
    page.get_by_label("Search solved cases").fill("invoice double")
    page.get_by_role("button").click()
    page.wait_for_url(f"{site.address}/search?**")
    assert page.get_by_role("listitem").count() > 0
    assert shop.complaints == []
    context.close()


def test_the_policy_lets_structured_data_stand(site: Site, somebody: Any) -> None:
    """A data block is no script: the browser reads it and the policy does not complain (the watch would hear it)."""
    thread_id, slug = site.rows("SELECT id, slug FROM threads WHERE solved_at IS NOT NULL ORDER BY id LIMIT 1")[0]
    reader = somebody()
    reader.page.goto(f"{site.address}/threads/{thread_id}/{slug}")
    block = reader.page.locator('script[type="application/ld+json"]')
    assert block.count() == 1
    assert json.loads(block.text_content())["@type"] == "QAPage"
