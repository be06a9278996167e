"""Every page of the address map, for everybody who can read it: axe finds nothing in light and dark, nothing is wider than the
screen, no control is cut off, dark is dark, the page says its language. One visit a page, for there are many."""

from __future__ import annotations

import pytest

from community import factory
from tests.journeys.addresses import addresses, endpoints, visit
from tests.journeys.looking import BRIGHTNESS, COLOURS, CUT_OFF, EVERYTHING, WIDTHS, violations
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("name", "language", "is_asked"),
    [
        (None, "en", True),
        (None, "de", False),
        ("alice", "de", True),
        ("emily", "en", False),
        ("carol", "de", True),
        ("dora", "de", True),
        ("jana", "de", True),
    ],
    ids=lambda value: str(value),
)
def test_every_page_fits_and_axe_finds_nothing(somebody, name, language, is_asked):
    """`is_asked`: axe, too; the words of the other language are as many, and no more can be wrong with them."""
    reader = somebody(name, language=language)
    found = []
    for path in addresses(reader, name):
        reader.page.emulate_media(color_scheme="light")
        visit(reader, path)
        found += _measured(reader, path, language)
        if is_asked:
            found += violations(reader, path, EVERYTHING)
            reader.page.emulate_media(color_scheme="dark")
            found += violations(reader, f"{path} (dark)", COLOURS)
    assert not found, "\n".join(found)


def _measured(reader: Reader, path: str, language: str) -> list[str]:
    found, page = [], reader.page
    if (spoken := page.locator("html").get_attribute("lang")) != language:
        found.append(f"{path} says that it speaks {spoken}")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        if (page.evaluate(BRIGHTNESS) > 128) != (scheme == "light"):
            found.append(f"{path} is not {scheme}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{path} at {width}: {what}" for what in page.evaluate(CUT_OFF)]
    return found


def test_every_page_of_the_address_map_is_visited(site):
    app = factory.create_app({"THEKE_ENV": "development", "SECRET_KEY": "s" * 32, "DATA_DIR": str(site.directory)})
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - endpoints() == set()
