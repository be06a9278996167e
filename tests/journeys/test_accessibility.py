"""axe finds nothing: on every page of the address map, for everybody who can read it, in light and dark, in both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from community import factory
from tests.journeys.addresses import addresses, endpoints, visit
from tests.journeys.conftest import PHONE
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
axe = Axe()


@pytest.mark.parametrize(
    ("name", "language"), [(None, "en"), ("alice", "de"), ("carol", "de")], ids=lambda value: str(value)
)
def test_axe_finds_nothing_on_any_page(somebody, name, language):
    reader = somebody(name, language=language)
    found = []
    for path in addresses(reader, name):
        reader.page.emulate_media(color_scheme="light")
        visit(reader, path)
        found += violations(reader, path, EVERYTHING)
        reader.page.emulate_media(color_scheme="dark")
        found += violations(reader, f"{path} (dark)", COLOURS)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_phone_with_everything_unfolded(somebody):
    reader = somebody("carol", **PHONE)
    found = []
    for path in ("/search?q=router", *_a_case(reader)):
        reader.open(path)
        reader.page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((fold) => { fold.open = true; })")
        found += violations(reader, path, EVERYTHING)
        for number in range(reader.page.locator("details.menu").count()):  # a menu lies over the page
            reader.page.evaluate(
                "number => document.querySelectorAll('details.menu').forEach((menu, n) => { menu.open = n === number; })",
                number,
            )
            found += violations(reader, f"{path}, menu {number}", EVERYTHING, "details.menu[open]")
    assert not found, "\n".join(found)


def _a_case(reader: Reader) -> list[str]:
    case = reader.site.rows("SELECT id FROM threads WHERE waiting_since IS NOT NULL LIMIT 1")[0][0]
    return [f"/moderation?case={case}", f"/threads/{case}/"]


def violations(reader: Reader, path: str, options: dict[str, object], part: str | None = None) -> list[str]:
    """What axe finds on the page (or in one part of it) as it stands, a line each."""
    answer = axe.run(reader.page, context=part, options=options)
    return [
        f"{path}: {rule['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'] or node['all'] or node['none'])[:200]})"
        for rule in answer.response["violations"]
        for node in rule["nodes"]
    ]


def test_every_page_of_the_address_map_is_visited(site):
    app = factory.create_app({"THEKE_ENV": "development", "SECRET_KEY": "s" * 32, "DATA_DIR": str(site.directory)})
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - endpoints() == set()
