"""Every page that staff can read: axe finds nothing in light and dark, nothing is wider than the screen, no control is cut
off, dark is dark, the page says its language. One visit a page, for there are many."""

from __future__ import annotations

import pytest

from community import factory
from tests.journeys.addresses import endpoints
from tests.journeys.looking import look_at_every_page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", ["carol", "dora", "jana"])
def test_every_page_fits_and_axe_finds_nothing(somebody, name):
    found = look_at_every_page(somebody(name, language="de"), name, is_asked=True)
    assert not found, "\n".join(found)


def test_every_page_of_the_address_map_is_visited(site):
    app = factory.create_app({"THEKE_ENV": "development", "SECRET_KEY": "s" * 32, "DATA_DIR": str(site.directory)})
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - endpoints() == set()
