"""A browser that reads the page first and sends its form as a person would: with all hidden fields and its token."""

from __future__ import annotations

from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Element = Any


def parse(page: str | TestResponse) -> Element:
    """The page as a tree, read as browsers read it."""
    source = page if isinstance(page, str) else page.get_data(as_text=True)
    return html5lib.parse(source, treebuilder="etree", namespaceHTMLElements=False)


def text_of(element: Element) -> str:
    """All that can be read in it, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def forms(page: str | TestResponse) -> dict[str, dict[str, str]]:
    """Every POST form of the page: address -> the fields it would send untouched (the first form of an address)."""
    found: dict[str, dict[str, str]] = {}
    for form in parse(page).iter("form"):
        if form.get("method", "get").lower() == "post":
            found.setdefault((form.get("action") or "").partition("#")[0], _fields(form))
    return found


def _fields(form: Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for item in form.iter():
        name = item.get("name")
        if not name or item.tag not in ("input", "textarea", "select"):
            continue
        if item.tag == "textarea":
            fields[name] = (item.text or "").removeprefix("\n")
        elif item.tag == "select":
            chosen = [option for option in item.iter("option") if "selected" in option.attrib] or list(
                item.iter("option")
            )
            fields[name] = chosen[0].get("value", "") if chosen else ""
        elif item.get("type") not in ("checkbox", "radio", "submit") or "checked" in item.attrib:
            fields[name] = item.get("value", "")
    return fields


def send(client: FlaskClient, page: str, action: str, **values: str) -> TestResponse:
    """Open `page`, fill in its form for `action`, send it."""
    fields = forms(client.get(page))[action]
    return client.post(action, data=fields | values)
