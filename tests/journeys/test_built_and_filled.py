"""Staff build a request of three steps with a condition and a private photo in the browser; a customer completes it on a phone
without scripts; the thread shows the facts, and nothing of what is private."""

from __future__ import annotations

import pytest

from tests.intake.guided import photo
from tests.journeys.building_requests import NAMING, build_request
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

METER = "1ESY1160123456"


def test_what_staff_built_is_completed_without_scripts(somebody) -> None:  # type: ignore[no-untyped-def]
    build_request(somebody("jana"))
    wiebke = somebody("wiebke", scripts=False, **PHONE)
    page = wiebke.page
    wiebke.open("/categories/electricity")
    wiebke.follow(NAMING["name_de"])
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/form/[^/]+")
    page.get_by_label("Brummt").check()
    wiebke.press("Go on")
    page.get_by_label("Seit wann?").fill("Seit dem Sturm")
    wiebke.press("Go on")
    packed, name = photo()
    page.locator("main input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": packed.read()}
    )
    page.get_by_label("Zählernummer").fill(METER)
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/describe")
    wiebke.press("Go on", page.locator("#ask-form > .button-row"))
    if "/similar" in wiebke.path:
        wiebke.press("None of these, go on")
    wiebke.reads(METER)
    wiebke.press("Post it")
    wiebke.arrives("/threads/[^/]+/.+")
    stranger = somebody(language="de")
    stranger.open(wiebke.path)
    for told in (NAMING["name_de"], "Brummt", "Seit dem Sturm"):
        stranger.reads(told)
    assert METER not in stranger.page.content()
    assert name.partition(".")[0] not in stranger.page.content()
