"""How pages are looked at by measure: what axe says of them, what is cut off, how bright they are."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT

from tests.journeys.addresses import addresses, visit
from tests.journeys.people import Reader

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,  # what it would fetch, no rule of these asks for
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
    "preload": False,
}
ASK = "([part, options]) => axe.run(part || document, options).then((answer) => answer.violations)"
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


def violations(reader: Reader, path: str, options: dict[str, object], part: str | None = None) -> list[str]:
    """What axe finds on the page (or in one part of it) as it stands, a line each."""
    if not reader.page.evaluate("'axe' in window"):  # once a page: there is half a megabyte of it
        reader.page.evaluate(AXE_SCRIPT)
    return [
        f"{path}: {rule['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'] or node['all'] or node['none'])[:200]})"
        for rule in reader.page.evaluate(ASK, [part, options])
        for node in rule["nodes"]
    ]


def look_at_every_page(reader: Reader, name: str | None, *, is_asked: bool) -> list[str]:
    """What is wrong with the pages that this person is to visit, a line each. `is_asked`: axe, too, in light and dark."""
    found = []
    for path in addresses(reader, name):
        reader.page.emulate_media(color_scheme="light")
        visit(reader, path)
        found += _measured(reader, path)
        if is_asked:
            found += violations(reader, path, EVERYTHING)
            reader.page.emulate_media(color_scheme="dark")
            found += violations(reader, f"{path} (dark)", COLOURS)
    return found


def _measured(reader: Reader, path: str) -> list[str]:
    found, page = [], reader.page
    if (spoken := page.locator("html").get_attribute("lang")) != reader.language:
        found.append(f"{path} says that it speaks {spoken}")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        if (page.evaluate(BRIGHTNESS) > 128) != (scheme == "light"):
            found.append(f"{path} is not {scheme}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{path} at {width}: {what}" for what in page.evaluate(CUT_OFF)]
    return found
