"""A customer fills a guided request on a phone, without scripts and with them: three steps, a condition, a private photo."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.intake.guided import FORM, NAMING, NUMBER, photo
from tests.journeys import live
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

_ADD = """
import json, sys
from sqlalchemy import select
from community.factory import create_app
from community.accounts.models import Person
from community.core.extensions import db, writing
from community.intake.requests.definition import Form
from community.intake.requests.keeping import Naming, add_request
from community.threads.models import Category
told = json.load(sys.stdin)
with create_app().app_context(), writing():
    room = db.session.scalars(select(Category).where(Category.slug == "internet")).one()
    jana = db.session.scalars(select(Person).where(Person.role == "admin").order_by(Person.id)).first()
    add_request(room, Naming(**told["naming"]), Form.from_json(told["form"]), by=jana)
"""


@pytest.fixture(scope="module")
def with_request(site):
    """The request stands in the menu of one category."""
    told = json.dumps({"naming": vars(NAMING), "form": FORM.as_json()})
    environment = live._environment(site.directory, 1) | {"PATH": os.environ["PATH"]}
    subprocess.run(
        [sys.executable, "-c", _ADD], input=told, text=True, cwd=live.ROOT, env=environment, check=True, timeout=200
    )
    return site


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_customer_fills_a_guided_request_on_a_phone(with_request, somebody, scripts):
    wiebke = somebody("wiebke", scripts=scripts, **PHONE)
    wiebke.open("/categories/internet")
    wiebke.follow(NAMING.name_de)
    wiebke.reads(NAMING.name_de)
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/form/meter")
    page = wiebke.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#f-calorific")).to_be_hidden()
    page.locator("#f-kind-gas").check()
    if not scripts:
        wiebke.press("Go on")
        wiebke.sees("One more question, because of your answer.")
    page.locator("#f-calorific").fill("11,2")
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/form/yours")
    page.locator("#f-customer").fill(NUMBER)
    packed, name = photo()
    page.locator("#f-photo").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": packed.read()})
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/form/device")
    page.locator("#f-model").fill("Ferraris 7")
    wiebke.press("Go on")
    wiebke.arrives("/ask/[^/]+/describe")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wiebke.press("Go on", page.locator("#ask-form > .button-row"))
    if "/similar" in wiebke.path:
        wiebke.press("None of these, go on")
    wiebke.arrives("/ask/[^/]+/check")
    wiebke.reads(NUMBER)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wiebke.press("Post it")
    wiebke.arrives("/threads/[^/]+/.+")
    thread = wiebke.path
    stranger = somebody(language="de")
    stranger.open(thread)
    for told in ("Brennwert", "11,2 kWh", "Ferraris 7", "Gas"):
        stranger.reads(told)
    assert NUMBER not in stranger.page.content()
    assert "zaehler-in-der-kueche" not in stranger.page.content()
