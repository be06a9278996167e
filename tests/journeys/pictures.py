"""Pictures of the seeded site. `python -m tests.journeys.pictures FOLDER` takes every page, in both schemes, wide and on a
phone; `--readme` takes the one picture of the README instead: front page, a solved thread and the desk, side by side.
"""

from __future__ import annotations

import argparse
import base64
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys import live
from tests.journeys.addresses import addresses
from tests.journeys.conftest import ARGUMENTS, PHONE
from tests.journeys.people import Reader

README_PICTURE = live.ROOT / "docs" / "pictures" / "theke.png"
README_BYTES = 300_000
WINDOW = {"width": 1060, "height": 1040}
BESIDE = """<!doctype html><style>
  body {{ margin: 0; padding: 20px; display: flex; gap: 20px; background: #efe9e0; }}
  img {{ inline-size: {width}px; border-radius: 8px; box-shadow: 0 2px 12px #2b201433; }}
</style>{pictures}"""


@contextmanager
def _running_site() -> Iterator[live.Site]:
    with tempfile.TemporaryDirectory() as directory:
        site = live.Site(Path(directory) / "site", live.plant(Path(directory) / "planted"))
        site.start()
        try:
            yield site
        finally:
            site.end()


def _window(browser: Browser, site: live.Site, name: str | None) -> Reader:
    context = browser.new_context(locale="de-DE", color_scheme="light", reduced_motion="reduce", viewport=WINDOW)
    reader = Reader(context.new_page(), site, "de")
    if name:
        reader.log_in(name)
    return reader


def take_all(browser: Browser, site: live.Site, folder: Path) -> None:
    """Every page, by whom it is read, scheme and screen."""
    for name in (None, "alice", "carol"):
        first = _window(browser, site, name)
        paths = addresses(first, name)
        known = first.page.context.storage_state()  # its drafts are this browser's own
        for screen, options in (("wide", {"viewport": WINDOW}), ("phone", PHONE)):
            context = browser.new_context(locale="de-DE", reduced_motion="reduce", storage_state=known, **options)
            reader = Reader(context.new_page(), site, "de")
            for path in paths:
                reader.open(path)
                for scheme in ("light", "dark"):
                    reader.page.emulate_media(color_scheme=scheme)
                    target = folder / f"{name or 'stranger'}-{screen}-{scheme}" / f"{_file_name(path)}.png"
                    reader.page.screenshot(path=target, full_page=True)
            context.close()


def _file_name(path: str) -> str:
    readable = re.sub(r"[\w-]{40,}", "", path)
    return re.sub(r"\W+", "-", readable).strip("-")[:60] or "home"


def take_readme(browser: Browser, site: live.Site, target: Path) -> None:
    """The picture of the README, as large as its bytes allow."""
    scene = site.rows("SELECT id FROM threads WHERE title LIKE 'Störungsmeldung für Internetausfall%'")[0][0]
    case = site.rows("SELECT id FROM threads WHERE waiting_since IS NOT NULL ORDER BY reply_count DESC LIMIT 1")[0][0]
    stranger, carol = (_window(browser, site, name) for name in (None, "carol"))
    shots = []
    for reader, path in ((stranger, "/"), (stranger, f"/threads/{scene}/"), (carol, f"/moderation?case={case}")):
        reader.open(path)
        shots.append(base64.b64encode(reader.page.screenshot()).decode())
    pictures = "".join(f'<img alt="" src="data:image/png;base64,{shot}">' for shot in shots)
    target.parent.mkdir(parents=True, exist_ok=True)
    for width in range(760, 200, -40):
        page = browser.new_page(
            viewport={"width": 3 * width + 80, "height": width * WINDOW["height"] // WINDOW["width"] + 40}
        )
        page.set_content(BESIDE.format(width=width, pictures=pictures))
        picture = page.screenshot()
        page.close()
        if len(picture) <= README_BYTES:
            target.write_bytes(picture)
            print(f"{target}: {len(picture)} bytes")
            return


def main(arguments: list[str]) -> None:
    """Take pictures of a site of our own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where the pictures go")
    parser.add_argument("--readme", action="store_true", help=f"only {README_PICTURE.relative_to(live.ROOT)}")
    options = parser.parse_args(arguments)
    if not options.readme and not options.folder:
        parser.error("say where the pictures go, or --readme")
    with _running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        if options.readme:
            take_readme(browser, site, README_PICTURE)
        else:
            take_all(browser, site, options.folder)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
