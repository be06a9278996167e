"""How it looks, measured: nothing is wider than the screen, no control is cut off, dark is dark, the page says its language."""

from __future__ import annotations

import pytest

from tests.journeys.addresses import addresses, visit

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

WIDTHS = (320, 390, 820, 1440)
CUT_OFF = """() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
    const controls = 'a.button, button, input:not([type=hidden]), select, textarea, summary, nav a';
    for (const control of document.querySelectorAll(controls)) {
        const box = control.getBoundingClientRect();
        if (!control.checkVisibility({checkVisibilityCSS: true}) || box.width < 2 || control.closest('.visually-hidden')) continue;
        const name = (control.innerText || control.name || control.outerHTML).trim().slice(0, 60);
        const isText = !control.matches('input, select, textarea');
        if (isText && control.scrollWidth > control.clientWidth + 1 && getComputedStyle(control).overflowX !== 'visible')
            found.push(`text is cut: ${name}`);
        let edge = {left: 0, right: innerWidth};
        for (let around = control.parentElement; around; around = around.parentElement) {
            const flow = getComputedStyle(around).overflowX;
            if (flow === 'auto' || flow === 'scroll') { edge = null; break; }
            if (flow === 'hidden' || flow === 'clip') { edge = around.getBoundingClientRect(); break; }
        }
        if (edge && (box.left < edge.left - 1 || box.right > edge.right + 1)) found.push(`is cut off: ${name}`);
    }
    return found;
}"""
BRIGHTNESS = """() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
    return (red + green + blue) / 3;
}"""


@pytest.mark.parametrize(
    ("name", "language"),
    [(None, "en"), (None, "de"), ("alice", "de"), ("emily", "en"), ("carol", "de")],
    ids=lambda value: str(value),
)
def test_every_page_fits_every_screen(somebody, name, language):
    reader = somebody(name, language=language)
    found = []
    for path in addresses(reader, name):
        visit(reader, path)
        if (spoken := reader.page.locator("html").get_attribute("lang")) != language:
            found.append(f"{path} says that it speaks {spoken}")
        for width in WIDTHS:
            reader.page.set_viewport_size({"width": width, "height": 800})
            found += [f"{path} at {width}: {what}" for what in reader.page.evaluate(CUT_OFF)]
        for scheme in ("light", "dark"):
            reader.page.emulate_media(color_scheme=scheme)
            if (reader.page.evaluate(BRIGHTNESS) > 128) != (scheme == "light"):
                found.append(f"{path} is not {scheme}")
    assert not found, "\n".join(found)


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
    reader.press("Deutsch")
    reader.language = "de"
    reader.open("/threads")
    assert reader.page.locator("html").get_attribute("lang") == "de"
    assert reader.page.evaluate(BRIGHTNESS) < 128
