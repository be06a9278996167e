"""axe finds nothing with everything unfolded either; what is there at once, `looking` asks it about."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import PHONE
from tests.journeys.looking import EVERYTHING, violations
from tests.journeys.people import Reader

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


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
