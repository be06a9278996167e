"""A guided request for tests: three steps, a condition, private answers, a private photo; and how a browser fills it."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from community.accounts.models import Person
from community.core.extensions import writing
from community.intake.requests.definition import Both, Condition, Field, Form, Kind, Option, Step
from community.intake.requests.keeping import Naming, add_request
from community.intake.requests.models import Request
from community.threads.models import Category

NUMBER = "NL-123456"
NAMING = Naming("Ich melde einen Zählerstand", "I report a meter reading", "Einmal im Jahr.", "Once a year.")


def option(key: str, de: str, en: str) -> Option:
    """One answer to choose."""
    return Option(key, Both(de, en))


FORM = Form(
    (
        Step(
            "meter",
            Both("Zähler", "Meter"),
            (
                Field(
                    "kind",
                    Kind.CHOICE,
                    Both("Welcher Zähler?", "Which meter?"),
                    is_required=True,
                    options=(option("power", "Strom", "Power"), option("gas", "Gas", "Natural gas")),
                ),
                Field(
                    "calorific",
                    Kind.NUMBER,
                    Both("Brennwert", "Calorific value"),
                    is_required=True,
                    least="5",
                    most="1500",
                    unit="kWh",
                    shown_if=Condition("kind", ("gas",)),
                ),
            ),
        ),
        Step(
            "yours",
            Both("Dein Vertrag", "Your contract"),
            (
                Field(
                    "customer",
                    Kind.TEXT,
                    Both("Kundennummer", "Customer number"),
                    is_required=True,
                    is_private=True,
                    pattern="NL-[0-9]{6}",
                    pattern_says=Both("Sie beginnt mit NL-.", "It begins with NL-."),
                    known_as="customer_number",
                ),
                Field(
                    "photo",
                    Kind.PHOTO,
                    Both("Foto des Zählers", "Photo of the meter"),
                    is_required=True,
                    is_private=True,
                ),
            ),
        ),
        Step(
            "device",
            Both("Gerät", "Device"),
            (
                Field("model", Kind.TEXT, Both("Modell", "Model")),
                Field("picture", Kind.PHOTO, Both("Bild für alle", "Picture for all")),
            ),
        ),
    )
)


def request_in(category: Category, by: Person, form: Form = FORM) -> Request:
    """The request, in the menu of the category."""
    with writing():
        return add_request(category, NAMING, form, by=by)


def photo(colour: str = "red") -> tuple[io.BytesIO, str]:
    """A small photo, as a browser sends it."""
    packed = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(packed, "JPEG")
    packed.seek(0)
    return packed, "zaehler-in-der-kueche.jpg"


class Filler:
    """Fills the pages of a form as a browser without scripts does: with everything that the page's form holds."""

    def __init__(self, browser: FlaskClient, secret: str) -> None:
        self.browser, self.secret = browser, secret

    def open(self, step: str) -> str:
        """The page of a step."""
        answer = self.browser.get(f"/ask/{self.secret}/form/{step}")
        assert answer.status_code == 200, answer.location
        return answer.get_data(as_text=True)

    def fill(self, step: str, press: str = "", value: str = "", **answers: Any) -> TestResponse:
        """Send a step with these answers; the questions that the page shows are those that count."""
        page = self.open(step)
        shown = shown_in(page)
        sent: dict[str, Any] = {"shown-field": shown} | {f"f-{key}": value for key, value in answers.items()}
        if press:
            sent[press] = value
        return self.browser.post(
            f"/ask/{self.secret}/form/{step}", data=sent, content_type="multipart/form-data", follow_redirects=False
        )

    def all(self, **answers: Any) -> None:
        """The whole form."""
        given: dict[str, Any] = {"kind": "power", "customer": NUMBER, "photo": photo(), "model": "Ferraris 7"} | answers
        assert self.fill("meter", kind=given["kind"]).location.endswith("/form/yours")
        onward = self.fill("yours", customer=given["customer"], photo=given["photo"])
        assert (onward.location or "").endswith("/form/device"), onward.get_data(as_text=True)
        rest = {key: given[key] for key in ("model", "picture") if key in given}
        assert self.fill("device", **rest).location.endswith("/describe")


def shown_in(page: str) -> list[str]:
    """The keys of the questions that a page shows: what is hidden is not sent."""
    found = []
    for part in page.split('<fieldset class="asked"')[1:]:
        head = part.split(">", 1)[0]
        if " hidden" not in head:
            found.append(part.split('name="shown-field" value="', 1)[1].split('"', 1)[0])
    return found
