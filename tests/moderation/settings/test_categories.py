"""Categories in the settings: added, changed, put in order, archived; old addresses lead on for ever."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.errors import Conflict
from community.core.extensions import db, writing
from community.threads import category_keeping, posting
from community.threads.models import Category
from moderation.models import AuditEntry
from tests.making import Cast, Make, words
from tests.sending import forms, parse, send, text_of
from tests.test_architecture import faults_of

LIST = "/moderation/settings/categories"
SENT = {
    "name_de": "Strom und Zähler",
    "name_en": "Power and meters",
    "description_de": "Alles über Strom.",
    "description_en": "All about power.",
    "slug": "",
}


@pytest.fixture
def janas(make: Make, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    for position, slug in enumerate(("internet", "bills", "moving")):
        make.category(slug, position=position)
    return browser_of(cast.jana)  # type: ignore[no-any-return]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def named(slug: str) -> Category:
    db.session.rollback()
    return db.session.scalars(select(Category).where(Category.slug == slug)).one()


def problems(answer: Any) -> dict[str, str]:
    """Field -> what stands under it."""
    return {
        item.get("id").removesuffix("-error"): text_of(item)
        for item in parse(answer).iter("p")
        if "field-error" in (item.get("class") or "")
    }


def test_a_new_one_stands_last_and_everybody_sees_it(janas: FlaskClient, stranger: FlaskClient) -> None:
    assert "Power and meters" not in stranger.get("/categories").get_data(as_text=True)
    assert send(janas, LIST, LIST, **SENT).status_code == 303
    assert [each.slug for each in category_keeping.in_order()][-1] == "power-and-meters"
    assert "Power and meters" in stranger.get("/categories").get_data(as_text=True)
    (entry,) = entries()
    assert (entry.act, entry.is_public) == ("category.added", False)
    assert entry.change == {"before": None, "after": SENT | {"slug": "power-and-meters"}}


def test_another_address_leaves_the_old_one_leading_on_for_ever(janas: FlaskClient, stranger: FlaskClient) -> None:
    page = f"{LIST}/{named('bills').id}"
    for slug in ("invoices", "Rechnungen & Belege"):
        assert send(janas, page, page, slug=slug).status_code == 303
    for old in ("bills", "invoices"):
        answer = stranger.get(f"/categories/{old}?show=solved")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/categories/rechnungen-belege?show=solved")
        feed = stranger.get(f"/categories/{old}/feed.atom")
        assert (feed.status_code, feed.headers["Location"]) == (301, "/categories/rechnungen-belege/feed.atom")
    assert [entry.act for entry in entries()] == ["category.changed"] * 2
    assert problems(send(janas, LIST, LIST, **SENT | {"slug": "bills"})) == {
        "slug": "This was the address of another category once, and leads there for ever."
    }
    assert send(janas, page, page, slug="bills").status_code == 303  # its own old address is its own
    assert stranger.get("/categories/bills").status_code == 200


WRONG = [
    ({"name_de": ""}, "name_de", "Give it a name in this language"),
    ({"name_en": "\u200b "}, "name_en", "Give it a name in this language"),
    ({"name_en": "x" * 81}, "name_en", "80 characters"),
    ({"name_de": "INTERNET"}, "name_de", "Another category has this name."),
    ({"slug": "internet"}, "slug", "Another category has this address."),
    ({"slug": "!?&"}, "slug", "letters or digits"),
    ({"slug": "x" * 61}, "slug", "60 characters"),
    ({"description_en": "x" * 301}, "description_en", "300 characters"),
]


def test_a_complaint_stands_at_its_field_and_what_was_typed_is_kept(janas: FlaskClient) -> None:
    for number, (wrong, field, said) in enumerate(WRONG):
        page = (LIST, f"{LIST}/{named('bills').id}")[number % 2]
        answer = send(janas, page, page, **SENT | wrong)
        assert answer.status_code == 422
        assert list(problems(answer)) == [field]
        assert said in problems(answer)[field]
        kept = forms(answer)[page]
        for name, value in (SENT | wrong).items():
            assert kept[name] == value.replace("\u200b", "").strip()
        assert faults_of(answer.get_data(as_text=True)) == []
    assert entries() == []


def test_who_was_slower_sees_both_texts(janas: FlaskClient, cast: Cast) -> None:
    bills = named("bills")
    page = f"{LIST}/{bills.id}"
    fields = forms(janas.get(page))[page]
    with writing():
        category_keeping.change(
            bills, category_keeping.Written("bills", "Rechnung", "Bill"), by=cast.jana, started_from=1
        )
    answer = janas.post(page, data=fields | {"name_en": "Invoices"})
    assert answer.status_code == 409
    assert "Bill" in text_of(parse(answer).find(".//dl"))
    again = forms(answer)[page]
    assert again["name_en"] == "Invoices"
    assert janas.post(page, data=again).status_code == 303
    assert named("bills").name_en == "Invoices"


def test_the_order_is_changed_by_neighbours(janas: FlaskClient, stranger: FlaskClient) -> None:
    internet, bills, moving = (named(slug).id for slug in ("internet", "bills", "moving"))
    assert janas.post(f"{LIST}/{bills}/swap", data={"with": internet}).status_code == 303
    assert [each.slug for each in category_keeping.in_order()] == ["bills", "internet", "moving"]
    page = stranger.get("/categories").get_data(as_text=True)
    assert page.index("/categories/bills") < page.index("/categories/internet")
    (entry,) = entries()
    assert entry.change["after"] == ["bills", "internet", "moving"]
    assert janas.post(f"{LIST}/{bills}/swap", data={"with": moving}).status_code == 409
    assert janas.post(f"{LIST}/{bills}/swap", data={"with": 4711}).status_code == 404


def test_an_archived_one_takes_no_threads_and_stays_readable(
    janas: FlaskClient, make: Make, cast: Cast, stranger: FlaskClient
) -> None:
    thread = make.thread(by=cast.alice, category="bills")
    bills = named("bills")
    assert send(janas, f"{LIST}/{bills.id}", f"{LIST}/{bills.id}/archive").status_code == 303
    assert janas.post(f"{LIST}/{bills.id}/archive").status_code == 409
    assert "/categories/bills" not in stranger.get("/categories").get_data(as_text=True)
    assert stranger.get(f"/threads/{thread.id}/{thread.slug}").status_code == 200
    assert stranger.get("/categories/bills").status_code == 200
    opening = words("It is too high.")
    with pytest.raises(Conflict), writing():
        posting.post_thread(by=cast.alice, category=named("bills"), title="A bill", words=opening, language="en")
    assert send(janas, f"{LIST}/{bills.id}", f"{LIST}/{bills.id}/unarchive").status_code == 303
    assert [entry.act for entry in entries()] == ["category.archived", "category.unarchived"]


def test_one_category_always_takes_threads(janas: FlaskClient) -> None:
    answers = [janas.post(f"{LIST}/{named(slug).id}/archive") for slug in ("internet", "bills", "moving")]
    assert [answer.status_code for answer in answers] == [303, 303, 409]
    assert "the last category" in text_of(parse(answers[-1]))


def test_the_pages_are_valid_and_acts_refuse_get_and_moderators(janas: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    page = f"{LIST}/{named('bills').id}"
    assert [faults_of(janas.get(address).get_data(as_text=True)) for address in (LIST, page)] == [[], []]
    doras = browser_of(cast.dora)
    for act in ("", "/swap", "/archive", "/unarchive"):
        assert doras.post(page + act).status_code == 403
        assert not act or janas.get(page + act).status_code == 405
    assert doras.get(LIST).status_code == 403
