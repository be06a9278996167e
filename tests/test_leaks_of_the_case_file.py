"""A thousand canaries in what is private: details, private fields of posted and of unfinished forms, file names, what access was
for, questions of staff, contacts by other channels, what somebody said beside a rating.

None is found in any page of a stranger, of Bob or of a moderator without the right, in any feed, mail, document of the index, line
of the log, error page or file of the site; and no row of any table holds one in clear, which is all that a backup has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import permissions
from community.accounts.models import Person
from community.accounts.permissions import Holder, Verb
from community.attachments import inspection
from community.attachments import keeping as files
from community.case_file import asking as asking_for_details
from community.case_file import details, reading
from community.case_file.contact_entries import keeping as entries
from community.core import clock, limits
from community.core.extensions import db, writing
from community.intake import asking, drafts
from community.intake.drafts import Owner, Sitting, Written
from community.intake.requests import answering, keeping
from community.intake.requests.definition import Both, Field, Form, Kind, Step
from community.threads.models import Thread
from community.threads.rating import giving
from search_index import cases, indexing
from tests.making import Cast, Make, words
from tests.touring import Scene, addresses, rules, set_scene, tour
from tests.working import work

pytestmark = pytest.mark.timeout(600)

DEVELOPMENT = ("dev_mail",)
CANARY = re.compile(r"secretfinch(\d+)([a-z]+)end")
ALL = 1_000


class Aviary:
    """Makes canaries, and counts how many there are of each kind."""

    def __init__(self) -> None:
        self._numbers = count()
        self.made: Counter[str] = Counter()

    def bird(self, kind: str) -> str:
        self.made[kind] += 1
        return f"secretfinch{next(self._numbers)}{kind}end"

    @property
    def size(self) -> int:
        return sum(self.made.values())


def fill(make: Make, scene: Scene, aviary: Aviary) -> Thread:
    """A thousand of them; returns a thread with private answers. Alice, and customers who have nothing to hide from each other."""
    cast, opened = scene.cast, scene.threads["open"]
    others = [make.person(f"customer{letter}") for letter in "abcdefghij"]
    posted = _forms(make, cast, aviary)
    for person in [cast.alice, *others]:
        with writing():
            for kind in ("customer_number", "phone", "iban", "address", "other") * 5:
                details.add(person, opened, kind=kind, value=aviary.bird("detail"), by=person, source="thread")
            for _few in range(10):
                entries.log_entry(
                    entries.Written("call", clock.now(), aviary.bird("contact")),
                    entries.Where(person, opened),
                    by=cast.carol,
                )
                entries.log_entry(
                    entries.Written("mail", clock.now(), aviary.bird("contact")), entries.Where(person), by=cast.carol
                )
            for _few in range(4):
                asking_for_details.ask(person, opened, kinds=[], question=aviary.bird("question"), by=cast.carol)
            for _few in range(10):
                found = inspection.inspect_bytes(b"A log without a word.", f"{aviary.bird('filename')}.log", "file")
                kept = files.keep(found, by_id=person.id, is_private=True)
                files.bind(kept)
                details.add(
                    person,
                    opened,
                    kind="photo",
                    value=files.name_of(kept),
                    by=person,
                    source="thread",
                    attachment_id=kept.id,
                )
    with writing():
        giving.comment(scene.threads["solved"], aviary.bird("comment"), by=cast.bob, via="thread")
    while aviary.size < ALL:
        with writing():
            reading.open_details(opened, by=cast.carol, purpose=aviary.bird("purpose"))
    return posted


def _forms(make: Make, cast: Cast, aviary: Aviary) -> Thread:
    """Three drafts with thirty private answers each, two of them posted."""
    fields = tuple(Field(f"secret{n}", Kind.TEXT, Both("Frage", "Question"), is_private=True) for n in range(30))
    form = Form((Step("one", Both("Eins", "One"), fields),))
    threads = []
    with writing():
        request = keeping.add_request(make.category(), keeping.Naming("Umzug", "Moving"), form, by=cast.dora)
        for number in range(3):
            draft = drafts.begin(
                Owner(person_id=cast.alice.id), category=make.category(), title=f"Moving house {number}"
            )
            drafts.save(draft, Written(draft.title, "I move, and take the line along.", "", "en"), Sitting())
            answering.choose_request(draft, request)
            kind = "draft" if number == 2 else "field"
            answering.store(draft, form, {each.key: aviary.bird(kind) for each in fields})
            answering.tell(draft, answering.Told("phone", aviary.bird("told")))
            if number < 2:
                threads.append(
                    asking.post_draft(draft, by=cast.alice, words=words("I move."), version=draft.version, reads="en")
                )
    return threads[0]


def found_in(text: str) -> set[str]:
    return {match.group(0) for match in CANARY.finditer(text.casefold())}


def everything_told_to(browser: FlaskClient, asked: list[str]) -> Iterator[tuple[str, str]]:
    for address in asked:
        answer = browser.get(address)
        yield address, f"{answer.headers}{answer.get_data().decode(errors='replace')}"


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("spend", "spend_here", "refuse_if_spent"):
        monkeypatch.setattr(limits, name, lambda *arguments, **options: None)


@pytest.mark.alike("texts are sealed before any database sees them; who may see what test_leaks asks of both")
@pytest.mark.usefixtures("no_limits")
def test_none_of_a_thousand_canaries_is_found_where_it_should_not_be(  # type: ignore[no-untyped-def]
    app: Flask, make: Make, browser_of: Callable[[Person], FlaskClient], caplog
) -> None:
    caplog.set_level("DEBUG")
    scene, aviary = set_scene(make), Aviary()
    thread = fill(make, scene, aviary)
    assert aviary.size == ALL
    _take_rights(scene.cast)
    with app.app_context():
        indexing.rebuild()
    work()
    own = browser_of(scene.cast.alice).get(f"/cases/{thread.id}").get_data(as_text=True)
    assert found_in(own), "whoever told it does not find it: this test would find nothing, either"
    asked = list(tour(app, scene, DEVELOPMENT))
    browsers = {"a stranger": app.test_client(), "bob": browser_of(scene.cast.bob), "dora": browser_of(scene.cast.dora)}
    told = [
        (who, address, birds)
        for who, browser in browsers.items()
        for address, text in everything_told_to(browser, asked)
        if (birds := found_in(text) - (_of_bob(text) if who == "bob" else set()))
    ]
    assert told == []
    assert _said_in_errors(app, scene, browsers["bob"]) == []
    work()
    assert [str(case)[:80] for case in cases.all_cases() if found_in(str(case))] == []
    assert found_in(caplog.text) == set()
    stored = [path for path in Path(app.config["DATA_DIR"]).rglob("*") if path.is_file()]
    assert stored
    assert [path.name for path in stored if found_in(path.read_bytes().decode("latin-1"))] == []
    rows = [
        (table.name, row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select()).all()
    ]
    assert [(name, str(row)[:80]) for name, row in rows if found_in(str(row))] == []


def _of_bob(text: str) -> set[str]:
    """What he said himself beside his rating."""
    return {bird for bird in found_in(text) if bird.endswith("commentend")}


def _take_rights(cast: Cast) -> None:
    with writing():
        for verb in (Verb.DETAILS, Verb.ENTRIES, Verb.SOLVE):
            permissions.put(Holder(person_id=cast.dora.id), verb, None, False, by=cast.jana)


def _said_in_errors(app: Flask, scene: Scene, browser: FlaskClient) -> list[tuple[str, set[str]]]:
    """What forms answer that are sent empty, by somebody who may do little."""
    return [
        (address, birds)
        for rule in rules(app, "POST")
        if rule.endpoint not in ("accounts.log_out", "accounts.logout")
        for address in addresses(app, rule, scene)[:2]
        if (birds := found_in(text := browser.post(address).get_data(as_text=True)) - _of_bob(text))
    ]
