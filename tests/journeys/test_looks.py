"""How it looks when something is opened or chosen, measured; what is there at once, `looking` looks at."""

from __future__ import annotations

import pytest

from tests.journeys.looking import BRIGHTNESS, CUT_OFF, WIDTHS

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.mark.parametrize("width", WIDTHS)
def test_menus_and_folds_fit_when_they_are_open(somebody, width):
    reader = somebody("carol", viewport={"width": width, "height": 800})
    case = reader.site.rows("SELECT id FROM threads WHERE waiting_since IS NOT NULL LIMIT 1")[0][0]
    found = []
    for path in ("/", f"/threads/{case}/", f"/moderation?case={case}"):
        reader.open(path)
        folds = reader.page.locator("details:not([open]) > summary:visible")
        for number in range(folds.count()):
            reader.page.evaluate(
                "number => [...document.querySelectorAll('details')].forEach((fold, n) => { fold.open = n === number; })",
                number,
            )
            found += [f"{path}, fold {number}: {what}" for what in reader.page.evaluate(CUT_OFF)]
    assert not found, "\n".join(found)


def test_a_chosen_scheme_and_language_stay(somebody):
    reader = somebody(scheme="light")
    reader.open("/")
    reader.unfold(reader.page.locator(".masthead-menu > summary"))
    reader.press("Dark")
    reader.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert reader.page.evaluate(BRIGHTNESS) < 128
    reader.unfold(
        reader.page.locator(".masthead-menu > summary")
    )  # folded again if the form was faster than the script
    reader.press("Deutsch")
    reader.language = "de"
    reader.open("/threads")
    assert reader.page.locator("html").get_attribute("lang") == "de"
    assert reader.page.evaluate(BRIGHTNESS) < 128
