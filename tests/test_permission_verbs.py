"""The whole matrix of what staff may: each verb has an act of the desk that needs it; it is refused without the verb, and leaves
exactly one row in the audit log with it.

The stage: Alice opened two threads in *internet*, Bob replied in the first. Nina is a customer who has nothing to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import SITE_WIDE, Holder, Verb
from community.core import clock, limits
from community.core.extensions import db, writing
from community.threads import posting
from community.threads.models import Post, Tag, Thread
from moderation.flagging import raising
from moderation.models import AuditEntry
from moderation.notices import giving
from moderation.settings.staff import routes as staff_routes
from tests.making import Cast, Make, words
from tests.moderation.settings.requests_scene import a_request
from tests.touring import addresses, rules, set_scene


@dataclass(frozen=True)
class Act:
    """An act that needs a verb: its address, what is sent. `rows`: in the audit log; an answer is no act on what belongs to others."""

    verb: Verb
    address: str
    sent: dict[str, str]
    rows: int = 1


WHY = {"reason": "It shows a customer number."}
NOTICE = {"outcome": "removed", "facts": "It calls her a goose.", "ground": "law", "rule": "Section 185"}
BODY = {"body": "A text that is long enough.", "started_from": "1"}
ACTS = [
    Act(Verb.ANSWER, "/moderation/threads/{thread}/replies", BODY, rows=0),
    Act(Verb.EDIT, "/posts/{post}/edit", BODY),
    Act(Verb.HIDE, "/moderation/posts/{post}/hide", WHY),
    Act(Verb.LOCK, "/moderation/threads/{thread}/lock", WHY),
    Act(Verb.MOVE, "/moderation/threads/{thread}/move", {"category": "power"}),
    Act(Verb.TAG, "/moderation/threads/{thread}/tags", {"tags": "meter"}),
    Act(Verb.LINK, "/moderation/threads/{thread}/duplicate", {"master": "{other}"}),
    Act(Verb.RESTRUCTURE, "/moderation/threads/{thread}/merge", WHY | {"into": "{other}", "confirmed": "1"}),
    Act(Verb.SOLVE, "/posts/{post}/solution", {}),
    Act(Verb.CLAIM, "/moderation/threads/{thread}/hand-over", {"to": "{jana}"}),
    Act(Verb.NOTE, "/moderation/threads/{thread}/notes", BODY),
    Act(Verb.SYNONYMS, "/moderation/synonyms", {"words": "box, router", "language": ""}),
    Act(Verb.CANNED_REPLIES, "/moderation/settings/replies", {"name": "Hi", "text_en": "Hi.", "afterwards": "waiting"}),
    Act(Verb.TAGS, "/moderation/settings/tags/{tag}/rename", {"name": "wifi"}),
    Act(Verb.TARGETS, "/moderation/settings/calendars", {"name": "Office", "zone": "UTC", "hours": "Mon-Fri 8-17"}),
    Act(Verb.CATEGORIES, "/moderation/settings/categories", {"name_de": "Strom", "name_en": "Electricity"}),
    Act(Verb.REQUESTS, "/moderation/settings/requests/{request}/archive", {}),
    Act(Verb.STAFF, "/moderation/settings/staff", {"who": "nina", "role": "agent"}),
    Act(Verb.CLOSE, "/moderation/threads/{thread}/close", WHY),
    Act(Verb.ENDORSE, "/moderation/posts/{post}/official", {}),
    Act(Verb.REDACT, "/moderation/posts/{post}/redact", WHY | {"secret": "other socket", "confirmed": "1"}),
    Act(Verb.APPROVE, "/moderation/held/{held}/approve", {"revision": "1"}),
    Act(Verb.FLAGS, "/moderation/flags/{post}/uphold", WHY),
    Act(Verb.NOTICES, "/moderation/notices/{notice}", NOTICE),
    Act(Verb.WARN, "/moderation/people/nina/warn", WHY),
    Act(Verb.SANCTION, "/moderation/people/nina/suspend", WHY | {"term": "3"}),
    Act(Verb.BLOCK, "/moderation/settings/blocks/networks", {"network": "192.0.2.0/24", "note": "So."}),
    Act(Verb.WORDS, "/moderation/settings/words", {"written": "casino", "act": "hold"}),
]
#: What staff do to nobody but themselves: being on duty, being seen, their own notes, keys and filters.
OF_ONES_OWN = {
    "owning.go_off_duty",
    "owning.come_on_duty",
    "owning.note_presence",
    "notes.save_edit",
    "notes.delete",
    "keys.switch_off",
    "keys.switch_on",
    "saved_filters.save",
    "saved_filters.delete",
}
#: They say what is to be done to which threads in the form, and ask of each thread: see `tests/moderation/test_bulk.py`.
ASK_OF_EACH_THREAD = {"bulk.act", "bulk.undo"}


def test_every_verb_has_an_act() -> None:
    assert {act.verb for act in ACTS} == set(Verb)


def say(person: Person, act: Act, place: int, is_allowed: bool | None, by: Person) -> None:
    with writing():
        where = None if act.verb in SITE_WIDE else place
        permissions.put(Holder(person_id=person.id), act.verb, where, is_allowed, by=by)


def complained_of(thread: Thread, post: Post, cast: Cast) -> dict[str, int]:
    """Bob's reply is flagged and reported, and a second one of his is held."""
    with writing():
        raising.raise_flag(post, by=cast.alice, reason="insulting")
        notice = giving.give(post, kind="insult", explanation="So.", name="", email="", language="en", secret="r" * 43)
        grounds = ({"ground": "link", "detail": "shop.example"},)
        held = posting.reply(thread, by=cast.bob, words=words("Cheap here."), grounds=grounds)
    return {"notice": notice.id, "held": held.id}


def rows_logged() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEntry.act != "permission.changed")) or 0


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.verb.value)
def test_it_is_refused_without_the_verb_and_leaves_one_row_with_it(
    act: Act, make: Make, cast: Cast, browser_of, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(staff_routes, "confirm_password", lambda *arguments: None)
    nina = make.person("nina", password_hash="x")
    make.category("power")
    thread, other = make.thread(by=cast.alice, tags=["box"]), make.thread(by=cast.alice, title="Another of hers")
    post, tag = make.reply(thread, cast.bob), db.session.scalars(select(Tag)).one()
    values: dict[str, int | str] = {
        "thread": thread.id,
        "other": other.id,
        "post": post.id,
        "tag": tag.id,
        "jana": cast.jana.id,
    }
    values |= complained_of(thread, post, cast) | {"request": a_request(make, cast.jana).slug}
    address, sent = act.address.format(**values), {name: text.format(**values) for name, text in act.sent.items()}
    place = thread.category_id

    def answer_to(person: Person) -> int:
        return browser_of(person).post(address, data=sent).status_code  # type: ignore[no-any-return]

    say(cast.carol, act, place, False, cast.jana)
    say(cast.dora, act, place, True, cast.jana)
    with writing():
        cast.dora.suspended_until = clock.ago(days=-1)
    before = rows_logged()
    assert [answer_to(person) for person in (nina, cast.carol, cast.dora)] == [403, 403, 403]
    assert rows_logged() == before
    say(cast.carol, act, place, True, cast.jana)
    assert answer_to(cast.carol) == 303
    assert rows_logged() == before + act.rows


def test_who_may_nothing_can_act_at_no_address_of_the_desk(
    app: Flask, make: Make, browser_of, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "spend", lambda *arguments: None)
    scene = set_scene(make)
    carol: FlaskClient = browser_of(scene.cast.carol)
    with writing():
        for verb in Verb:
            permissions.put(Holder(person_id=scene.cast.carol.id), verb, None, False, by=scene.cast.jana)
    acting = {}
    for rule in rules(app, "POST"):
        if rule.rule.startswith("/moderation") and rule.endpoint not in OF_ONES_OWN | ASK_OF_EACH_THREAD:
            found = {carol.post(address).status_code for address in addresses(app, rule, scene)}
            if 403 not in found or found - {403, 404, 409}:
                acting[rule.endpoint] = found
    assert acting == {}
