"""How pages are looked at by measure: what axe says of them, what is cut off, how bright they are."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from tests.journeys.people import Reader

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
    answer = axe.run(reader.page, context=part, options=options)
    return [
        f"{path}: {rule['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'] or node['all'] or node['none'])[:200]})"
        for rule in answer.response["violations"]
        for node in rule["nodes"]
    ]
