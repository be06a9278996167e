"""Canned replies in the settings: moderators write, change and archive them; every complaint stands at its field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.events import Event
from community.core.extensions import db, writing
from community.threads import moderating
from community.threads.models import Post
from moderation import audit
from moderation.canned_replies import keeping
from moderation.models import AuditEntry
from tests.making import Cast, Make
from tests.moderation.canned import stored, written
from tests.sending import forms, parse, send, text_of
from tests.test_architecture import faults_of

LIST = "/moderation/settings/replies"
SENT = {
    "name": "Restart",
    "text_de": "Hallo {customer}, starte die Box neu.",
    "text_en": "Hello {customer}, restart the box.",
    "category": "power",
    "tags": "Box, wlan",
    "afterwards": "locked",
    "reason": "It is done.",
}
FACT = SENT | {"tags": ["box", "wlan"]}


@pytest.fixture
def doras(make: Make, cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    make.category("power")
    return browser_of(cast.dora)  # type: ignore[no-any-return]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def problems(answer: Any) -> dict[str, str]:
    """Field -> what stands under it."""
    return {
        item.get("id").removesuffix("-error"): text_of(item)
        for item in parse(answer).iter("p")
        if "field-error" in (item.get("class") or "")
    }


def test_a_new_one_is_stored_listed_and_leaves_one_row(doras: FlaskClient, cast: Cast) -> None:
    answer = send(doras, LIST, LIST, **SENT)
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    (reply,) = stored()
    assert keeping.written_in(reply) == keeping.Written(**SENT | {"tags": ("box", "wlan")})  # type: ignore[arg-type]
    assert (reply.version, reply.used_count, reply.changed_by_id) == (1, 0, cast.dora.id)
    page = text_of(parse(doras.get(LIST)))
    assert "Restart" in page
    assert "adds the tags box, wlan, locks the thread (It is done.)" in page
    (entry,) = entries()
    assert (entry.act, entry.actor_id, entry.is_public) == ("canned.added", cast.dora.id, False)
    assert entry.change == {"before": None, "after": FACT}
    assert audit.public_entries() == []


def test_a_change_says_before_and_after(doras: FlaskClient, cast: Cast) -> None:
    written(cast, "Restart", text_en="Restart it.")
    answer = send(doras, f"{LIST}/1", f"{LIST}/1", text_en="Restart it twice.", name="Restart twice")
    assert answer.status_code == 303
    (reply,) = stored()
    assert (reply.name, reply.text_en, reply.version) == ("Restart twice", "Restart it twice.", 2)
    entry = entries()[-1]
    assert entry.act == "canned.changed"
    assert (entry.change["before"]["text_en"], entry.change["after"]["text_en"]) == ("Restart it.", "Restart it twice.")


def test_a_change_of_nothing_is_no_change(doras: FlaskClient, cast: Cast) -> None:
    written(cast)
    assert send(doras, f"{LIST}/1", f"{LIST}/1").status_code == 303
    assert [entry.act for entry in entries()] == ["canned.added"]
    assert stored()[0].version == 1


def test_an_archived_one_is_offered_to_nobody_until_it_is_taken_back(
    doras: FlaskClient, make: Make, cast: Cast
) -> None:
    written(cast)
    thread = make.thread(by=cast.alice)
    offered = f"/moderation/threads/{thread.id}/canned-replies"
    assert send(doras, f"{LIST}/1", f"{LIST}/1/archive").status_code == 303
    assert "Restart" not in doras.get(offered).get_data(as_text=True)
    assert "1 archived" in text_of(parse(doras.get(LIST)))
    assert send(doras, f"{LIST}/1", f"{LIST}/1/unarchive").status_code == 303
    assert "Restart" in doras.get(offered).get_data(as_text=True)
    assert [entry.act for entry in entries()] == ["canned.added", "canned.archived", "canned.unarchived"]
    assert all(not entry.is_public for entry in entries())


@pytest.mark.parametrize("act", ["archive", "unarchive"])
def test_archiving_twice_meets_a_conflict(doras: FlaskClient, cast: Cast, act: str) -> None:
    written(cast)
    doras.post(f"{LIST}/1/archive")
    if act == "unarchive":
        doras.post(f"{LIST}/1/unarchive")
    before = len(entries())
    assert doras.post(f"{LIST}/1/{act}").status_code == 409
    assert len(entries()) == before


ADDRESSES = [LIST, f"{LIST}/1", f"{LIST}/1/archive", f"{LIST}/1/unarchive"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_customers_and_agents_are_refused_and_strangers_log_in(
    cast: Cast, browser_of, stranger: FlaskClient, address: str
) -> None:  # type: ignore[no-untyped-def]
    written(cast)
    for person in (cast.bob, cast.carol):
        assert browser_of(person).post(address, data=SENT).status_code == 403
        if not address.endswith("archive"):
            assert browser_of(person).get(address).status_code == 403
    answer = stranger.post(address, data=SENT)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")
    assert [entry.act for entry in entries()] == ["canned.added"]
    assert stored()[0].archived_at is None


@pytest.mark.parametrize("address", ADDRESSES[2:])
def test_acts_refuse_get(doras: FlaskClient, cast: Cast, address: str) -> None:
    written(cast)
    assert doras.get(address).status_code == 405


@pytest.mark.parametrize("act", ["", "/archive", "/unarchive"])
def test_what_does_not_exist_is_not_found(doras: FlaskClient, act: str) -> None:
    assert doras.post(f"{LIST}/4711{act}", data=SENT).status_code == 404


def test_only_those_who_may_are_led_there(doras: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    def leads(browser: FlaskClient) -> bool:
        """From the desk to the first page of the settings, and from there to this one."""
        found = re.search(r'href="(/moderation/settings/[^"]+)"', browser.get("/moderation").text)
        return found is not None and f'href="{LIST}"' in browser.get(found[1]).text

    assert leads(doras)
    assert not leads(browser_of(cast.carol))


# --- Bad input

WRONG = [
    ({"name": ""}, "name", "short name"),
    ({"name": "\u200b "}, "name", "short name"),
    ({"name": "x" * 61}, "name", "60 characters"),
    ({"name": "TAKEN"}, "name", "Another canned reply has this name."),
    ({"text_de": "", "text_en": " "}, "text_de", "one language"),
    ({"text_de": "x" * 8_001}, "text_de", "too long"),
    ({"text_en": "x" * 8_001}, "text_en", "too long"),
    ({"text_en": "Hello {kunde}"}, "text_en", "{kunde} is no variable. There are: {customer}, {contact}"),
    ({"text_de": "Hallo {}"}, "text_de", "{} is no variable."),
    ({"text_de": "Hallo {customer.password_hash}"}, "text_de", "{customer.password_hash} is no variable."),
    ({"text_en": "{case:4711}"}, "text_en", "there is no public thread of that number"),
    ({"text_en": "{case:99999999999999}"}, "text_en", "is no variable"),
    ({"category": "nowhere"}, "category", "Choose one of these categories"),
    ({"afterwards": "burned"}, "afterwards", "Choose what becomes of the thread."),
    ({"reason": ""}, "reason", "Say why the thread is locked"),
    ({"reason": "x" * 201}, "reason", "200 characters"),
]


@pytest.mark.parametrize(("wrong", "field", "said"), WRONG)
@pytest.mark.parametrize("number", ["", "/2"])
def test_a_complaint_stands_at_its_field_and_what_was_typed_is_kept(
    doras: FlaskClient, cast: Cast, number: str, wrong: dict[str, str], field: str, said: str
) -> None:
    written(cast, "Taken")
    written(cast, "Another")
    before = [keeping.written_in(reply) for reply in stored()]
    answer = send(doras, LIST + number, LIST + number, **SENT | wrong)
    assert answer.status_code == 422
    assert list(problems(answer)) == [field]
    assert said in problems(answer)[field]
    kept = forms(answer)[LIST + number]
    for name, value in (SENT | wrong).items():
        if name not in ("category", "afterwards") and value.strip():
            assert kept[name] == (value.strip() if value != "\u200b " else "")
    assert [keeping.written_in(reply) for reply in stored()] == before


def test_all_complaints_come_at_once(doras: FlaskClient) -> None:
    answer = doras.post(LIST, data={"text_de": "{x}", "text_en": "{y}", "afterwards": "locked"})
    assert list(problems(answer)) == ["name", "text_de", "text_en", "reason"]


def test_a_title_that_is_not_public_is_never_told(doras: FlaskClient, make: Make, cast: Cast) -> None:
    case = make.thread(by=cast.bob, title="A canary in a title")
    sent = SENT | {"text_de": f"{{case:{case.id}}}"}
    opening = db.session.scalars(select(Post).where(Post.thread_id == case.id)).one()
    with writing():
        moderating.hide_post(opening, by=cast.dora, reason="So.")
    answer = doras.post(LIST, data=sent)
    assert answer.status_code == 422
    assert f"{{case:{case.id}}} leads nowhere" in problems(answer)["text_de"]
    assert "canary" not in answer.get_data(as_text=True)


def test_who_was_slower_is_told_and_nothing_is_lost(doras: FlaskClient, cast: Cast) -> None:
    reply = written(cast, "Restart", text_en="The first.")
    fields = forms(doras.get(f"{LIST}/1"))[f"{LIST}/1"]
    with writing():
        keeping.change(reply, keeping.Written("Restart", text_en="The second."), by=cast.jana, started_from=1)
    answer = doras.post(f"{LIST}/1", data=fields | {"text_en": "The third."})
    assert answer.status_code == 409
    assert "Somebody else has changed this canned reply" in text_of(parse(answer))
    assert stored()[0].text_en == "The second."
    again = forms(answer)[f"{LIST}/1"]
    assert again["text_en"] == "The third."
    assert doras.post(f"{LIST}/1", data=again).status_code == 303
    assert stored()[0].text_en == "The third."


def test_a_name_is_taken_whatever_its_case_and_even_by_an_archived_one(doras: FlaskClient, cast: Cast) -> None:
    written(cast, "Straße")
    doras.post(f"{LIST}/1/archive")
    assert problems(doras.post(LIST, data=SENT | {"name": "STRASSE"})) == {
        "name": "Another canned reply has this name."
    }


def test_facts_name_the_canned_reply(doras: FlaskClient) -> None:
    doras.post(LIST, data=SENT)
    event = db.session.scalars(select(Event).where(Event.action == "canned.added")).one()
    assert (event.payload["canned_reply"], event.payload["name"]) == (1, "Restart")


def test_the_pages_are_valid(doras: FlaskClient, cast: Cast) -> None:
    """The tour of all pages is Carol's, who may not come here."""
    written(cast, "Restart", tags=("box",), afterwards="locked", reason='It is "done".')
    written(cast, "Old <one>")
    doras.post(f"{LIST}/2/archive")
    answers = [doras.get(address) for address in (LIST, f"{LIST}/1", f"{LIST}/2")]
    answers += [doras.post(address, data={"text_de": "{x}"}) for address in (LIST, f"{LIST}/1")]
    assert [faults_of(answer.get_data(as_text=True)) for answer in answers] == [[]] * 5
