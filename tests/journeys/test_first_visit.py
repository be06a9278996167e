"""What a first visit costs: few requests, few bytes, nothing that moves, and the largest thing painted first is text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

MOST_REQUESTS = 5
MOST_BYTES = 40_000  # over the wire: compressed bodies and their headers
LARGEST_SHIFT = 0.01
PAINT = """() => new Promise((done) => {
    let largest = null, moved = 0;
    new PerformanceObserver((list) => { largest = list.getEntries().at(-1); })
        .observe({type: 'largest-contentful-paint', buffered: true});
    new PerformanceObserver((list) => { for (const shift of list.getEntries()) moved += shift.value; })
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done({
        tag: largest?.element?.tagName ?? '', isPicture: Boolean(largest?.url), words: largest?.element?.textContent.trim() ?? '', moved,
    }), 300);
})"""


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """As customers meet it: in production, with everything compressed and kept."""
    return {"THEKE_ENV": "production", "BASE_URL": "http://127.0.0.1", "SMTP_HOST": "127.0.0.1", "SMTP_TLS": "none"}


@dataclass
class Wire:
    """What went over the wire, as the browser counted it."""

    requests: list[str] = field(default_factory=list)
    bytes: float = 0

    def sent(self, event: dict[str, Any]) -> None:
        self.requests.append(event["request"]["url"])

    def ended(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


@pytest.mark.parametrize("page", ["home", "thread", "list", "search", "ask"])
def test_a_first_visit_is_light_and_paints_text(somebody, site, page):
    thread = site.rows(
        "SELECT '/threads/' || id || '/' || slug FROM threads WHERE visibility = 'published' ORDER BY reply_count DESC LIMIT 1"
    )[0][0]
    path = {"home": "/", "thread": thread, "list": "/threads", "search": "/search?q=router", "ask": "/ask"}[page]
    stranger = somebody(language="de")
    wire = Wire()
    devtools = stranger.page.context.new_cdp_session(stranger.page)
    devtools.send("Network.enable")
    devtools.on("Network.requestWillBeSent", wire.sent)
    devtools.on("Network.loadingFinished", wire.ended)
    assert stranger.open(path) == 200
    stranger.page.wait_for_load_state("networkidle")
    paint = stranger.page.evaluate(PAINT)
    print(f"{page}: {len(wire.requests)} requests, {wire.bytes / 1000:.1f} kB, largest {paint['tag']}")
    assert len(wire.requests) <= MOST_REQUESTS, wire.requests
    assert wire.bytes <= MOST_BYTES
    assert not paint["isPicture"]
    assert paint["words"]
    assert paint["moved"] <= LARGEST_SHIFT
