"""A live site per module, a browser, and `somebody`: windows that may reach nothing but the site, and fail on any error."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Playwright,
    Request,
    Response,
    sync_playwright,
)

from tests.journeys import live
from tests.journeys.people import PATIENCE, SPEAKS, Pointer, Reader, Somebody, session_of

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no request leaves this machine
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LOCALES = {"de": "de-DE", "en": "en-GB"}
PICTURES = live.ROOT / "build" / "journeys"
WINDOWS: pytest.StashKey[list[BrowserContext]] = pytest.StashKey()
HARMLESS = (
    "the server responded with a status of 4",  # answers are judged by their status, below
    "net::ERR_INTERNET_DISCONNECTED",  # a journey pulled the plug
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that may take longest begin first, so that at the end no process waits for another's long one."""
    if config.getoption("-m") == "journey":
        items.sort(key=lambda item: -_may_take(item))


def _may_take(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """When a journey fails, its windows are still open: leave a picture of each in build/journeys/."""
    report = yield
    if report.failed and call.when == "call" and (windows := item.stash.get(WINDOWS, None)):
        for number, context in enumerate(windows):
            for page in context.pages:
                with contextlib.suppress(Error):
                    page.screenshot(path=PICTURES / f"{item.name}-{number}.png", full_page=True)
                    report.sections.append((f"window {number}", f"{page.url}\n{page.inner_text('body')[:3000]}"))
    return report


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The seeded and indexed story, once for all sites of this run: the first process that needs it plants it."""
    mine = tmp_path_factory.getbasetemp()
    directory = (mine if worker_id == "master" else mine.parent) / "planted"
    with Path(f"{directory}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return directory if directory.exists() else live.plant(directory)


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Settings of this module's site; a module may override the fixture to change some."""
    return {}


@pytest.fixture(scope="module")
def site(planted: Path, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Site]:
    """This module's own running site. When it has ended, its log must hold no error."""
    site = live.Site(tmp_path_factory.mktemp("site") / "data", planted, **settings)
    site.start()
    try:
        yield site
    finally:
        site.end()
    assert site.complaints() == [], site.log.read_text()[-5000:]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser, one for all journeys of this process; whoever sits before it has a window of their own."""
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS, NOBODY_ELSE])
    yield browser
    browser.close()


class Watch:
    """Notes whatever goes wrong in a browser, and whom it asks besides the site (it reaches nobody)."""

    def __init__(self, site: live.Site) -> None:
        self._site = site
        self.problems: list[str] = []
        self.refusals_expected: set[int] = set()

    def keep(self, context: BrowserContext) -> None:
        """Watch every page of this context."""
        context.on("request", self._stay)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))
        context.on("response", self._judge)

    def _stay(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site.address}/", "data:", "blob:")):
            self.problems.append(f"left the site: {request.url[:200]}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in HARMLESS):
            self.problems.append(f"console: {message.text[:300]}")

    def _judge(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= (500 if is_page else 400) and response.status not in self.refusals_expected:
            self.problems.append(f"{response.status} at {response.url}")


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[Any]]:
    """Cookies of those who have logged in on this module's site: each logs in once."""
    return {}


@pytest.fixture
def watch(site: live.Site) -> Iterator[Watch]:
    """What happened in the browsers of this test; anything that went wrong fails it."""
    watch = Watch(site)
    yield watch
    assert watch.problems == []


@pytest.fixture
def somebody(
    request: pytest.FixtureRequest,
    chromium: Browser,
    site: live.Site,
    watch: Watch,
    sessions: dict[str, list[Any]],
) -> Iterator[Somebody]:
    """`somebody()` is a stranger at a browser of their own; `somebody("alice")` is logged in.

    `language` is the stranger's; `scheme` light or dark; `scripts=False` switches them off; `hands` are a Pointer, Finger or
    Keyboard; whatever else is given goes to the browser, as `**PHONE` does.
    """
    contexts: list[BrowserContext] = []
    request.node.stash[WINDOWS] = contexts

    def begin(
        name: str | None = None,
        *,
        language: str = "en",
        scheme: str = "light",
        scripts: bool = True,
        hands: type[Pointer] = Pointer,
        **options: Any,
    ) -> Reader:
        common: dict[str, Any] = {"locale": LOCALES[language], "color_scheme": scheme, "reduced_motion": "reduce"}
        context = chromium.new_context(**common, java_script_enabled=scripts, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.keep(context)
        if name:
            if name not in sessions:
                sessions[name] = session_of(name, context, site)
            context.add_cookies(sessions[name])
        speaks = SPEAKS.get(name, "de") if name else language
        return Reader(context.new_page(), site, speaks, hands, scripts)

    yield begin
    for context in contexts:
        context.close()
