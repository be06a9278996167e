"""Calendars and targets in the browser: for admins alone; every change is logged with before and after; what is wrong is said and kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community.core.errors import Invalid
from community.core.events import Event
from community.core.extensions import db, writing
from moderation.models import AuditEntry
from moderation.service_targets import setting, writing_hours
from moderation.service_targets.hours import merged
from moderation.service_targets.models import Calendar, ServiceTarget
from tests.making import Cast, Make
from tests.moderation.service_targets.promising import calendar, clock_of, promise
from tests.sending import forms, parse, text_of
from tests.test_architecture import faults_of
from tests.working import work

CALENDARS = "/moderation/settings/calendars"
TARGETS = "/moderation/settings/targets"
HOURS = "Mo-Fr 8:00-12:30, 13:30-18:00\nSa 9-12 Uhr"
WEEK = [[[480, 750], [810, 1080]]] * 5 + [[[540, 720]], []]
SENT = {"name": "Office", "zone": "Europe/Berlin", "hours": HOURS, "holidays": "25.12.2026 Weihnachten\n2026-12-26"}
TARGET = {"calendar": "1", "first_hours": "2", "first_minutes": "30", "next_hours": "", "next_minutes": "45"}


@pytest.fixture
def janas(cast: Cast, browser_of) -> FlaskClient:  # type: ignore[no-untyped-def]
    return browser_of(cast.jana)  # type: ignore[no-any-return]


def stored() -> Calendar | None:
    db.session.rollback()
    return db.session.scalar(select(Calendar))


def logged() -> list[tuple[str, Any, Any, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.change.get("before"), row.change.get("after"), row.is_public) for row in rows]


# --- Calendars


def test_a_calendar_is_stored_changed_and_deleted_and_each_is_logged(janas: FlaskClient) -> None:
    assert janas.post(CALENDARS, data=SENT).status_code == 303
    row = stored()
    assert row is not None
    assert (row.name, row.zone, row.week) == ("Office", "Europe/Berlin", WEEK)
    assert row.holidays == {"2026-12-25": "Weihnachten", "2026-12-26": ""}
    assert janas.post(f"{CALENDARS}/{row.id}", data=SENT | {"name": "Shop", "holidays": ""}).status_code == 303
    assert janas.post(f"{CALENDARS}/1/delete").status_code == 303
    assert stored() is None
    (first, second, third) = logged()
    assert [entry[0] for entry in (first, second, third)] == ["calendar.changed"] * 3
    assert not any(entry[3] for entry in (first, second, third))
    assert (first[1], first[2]["name"], second[1]["name"], second[2]["name"]) == (None, "Office", "Office", "Shop")
    assert (third[1]["name"], third[2]) == ("Shop", None)


def test_storing_the_same_again_is_no_change(janas: FlaskClient) -> None:
    janas.post(CALENDARS, data=SENT)
    assert janas.post(f"{CALENDARS}/1", data=SENT).status_code == 303
    assert len(logged()) == 1


def test_what_is_stored_stands_in_the_form_in_the_readers_language(janas: FlaskClient, cast: Cast) -> None:
    janas.post(CALENDARS, data=SENT)
    typed = forms(janas.get(f"{CALENDARS}/1"))[f"{CALENDARS}/1"]
    assert typed["hours"] == "Mon-Fri 8:00-12:30, 13:30-18:00\nSat 9:00-12:00"
    assert typed["holidays"] == "2026-12-25 Weihnachten\n2026-12-26"
    with writing():
        cast.jana.language = "de"
    assert forms(janas.get(f"{CALENDARS}/1"))[f"{CALENDARS}/1"]["hours"].startswith("Mo-Fr 8:00")
    assert janas.post(f"{CALENDARS}/1", data=typed).status_code == 303
    assert len(logged()) == 1  # sent back untouched


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "Give the calendar a name."),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"zone": "Europe/Entenhausen"}, "There is no time zone of the name “Europe/Entenhausen”."),
        ({"zone": "../etc/passwd"}, "There is no time zone"),
        ({"hours": ""}, "a calendar that never opens makes nothing due"),
        ({"hours": "Mo-Fr whenever we like"}, "This line cannot be read: “Mo-Fr whenever we like”."),
        ({"hours": "Xyz 8-12"}, "This line cannot be read: “Xyz 8-12”."),
        ({"hours": "Mo-Di-Mi 8-12"}, "This line cannot be read"),
        ({"hours": "Mo 8-12\nDi 12:00-8:00"}, "In “Di 12:00-8:00” a time ends before it begins."),
        ({"hours": "Mo 8:00-8:00"}, "a time ends before it begins"),
        ({"hours": "Mo 8:00-25:00"}, "There is no such time in “Mo 8:00-25:00”"),
        ({"hours": "Mo 8:75-9:00"}, "There is no such time"),
        ({"hours": "Mo 1-2\n" * 61}, "Use at most 60 lines."),
        ({"hours": "Mo 8:00-" + "9" * 500}, "This line cannot be read"),
        ({"holidays": "31.02.2026"}, "This is no date: “31.02.2026”."),
        ({"holidays": "Christmas"}, "This is no date: “Christmas”. Write one a line, like 2026-12-25."),
        ({"holidays": "9999-99-99"}, "This is no date"),
    ],
)
def test_what_is_no_calendar_is_refused_at_its_field_and_kept(
    janas: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    sent = SENT | wrong
    answer = janas.post(CALENDARS, data=sent)
    assert answer.status_code == 422
    assert said in text_of(parse(answer))
    typed = forms(answer)[CALENDARS]
    assert {name: typed[name] for name in sent} == sent
    assert stored() is None
    assert logged() == []


def test_two_calendars_cannot_have_one_name(janas: FlaskClient) -> None:
    janas.post(CALENDARS, data=SENT)
    answer = janas.post(CALENDARS, data=SENT)
    assert answer.status_code == 422
    assert "There is a calendar of this name already." in text_of(parse(answer))


def test_a_calendar_that_a_target_goes_by_is_not_deleted(janas: FlaskClient, cast: Cast, make: Make) -> None:
    promise(cast.jana, make.category(), 60)
    answer = janas.post(f"{CALENDARS}/1/delete")
    assert answer.status_code == 409
    assert "A service target goes by this calendar." in text_of(parse(answer))
    assert stored() is not None


def test_changed_hours_move_what_is_due(janas: FlaskClient, cast: Cast, make: Make) -> None:
    promise(cast.jana, make.category(), 60)
    thread = make.thread(by=cast.alice)
    janas.post(f"{CALENDARS}/1", data=SENT | {"zone": "UTC", "hours": "Mo-Fr 15-18"})
    work()
    row = clock_of(thread)
    assert row is not None
    assert row.due_at is not None
    assert row.due_at.hour == 16


# --- Targets


def test_a_target_is_stored_changed_and_taken_away_and_each_is_logged(
    janas: FlaskClient, cast: Cast, make: Make
) -> None:
    category = make.category()
    calendar(cast.jana)
    address = f"{TARGETS}/{category.slug}"
    assert janas.post(address, data=TARGET).status_code == 303
    row = db.session.get(ServiceTarget, category.id)
    assert row is not None
    assert (row.first_minutes, row.next_minutes, row.resolution_minutes) == (150, 45, None)
    typed = forms(janas.get(address))[address]
    assert (typed["calendar"], typed["first_hours"], typed["first_minutes"]) == ("1", "2", "30")
    assert (typed["next_hours"], typed["next_minutes"], typed["resolution_hours"]) == ("0", "45", "")
    assert janas.post(address, data=typed).status_code == 303  # no change
    text = text_of(parse(janas.get(TARGETS)))
    assert "2 h 30 min" in text
    assert "45 minutes" in text
    assert janas.post(address, data={"calendar": "1"}).status_code == 303
    promised = {"category": "internet", "calendar": "Office", "first": 150, "next": 45, "resolution": None}
    assert logged()[1:] == [
        ("target.changed", None, promised, False),
        ("target.changed", promised, None, False),
    ]
    assert db.session.scalar(select(ServiceTarget)) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_hours": "-1"}, "Use whole numbers of hours and minutes"),
        ({"next_minutes": "1.5"}, "Use whole numbers of hours and minutes"),
        ({"resolution_hours": "²"}, "Use whole numbers of hours and minutes"),
        ({"first_hours": "0", "first_minutes": "0"}, "Use at least one minute"),
        ({"first_hours": "9999999"}, "at most 9999 hours"),
        ({"calendar": ""}, "Choose the calendar by which the time is counted."),
        ({"calendar": "4711"}, "Choose the calendar by which the time is counted."),
        ({"calendar": "99999999999999999999"}, "Choose the calendar by which the time is counted."),
    ],
)
def test_what_is_no_target_is_refused_and_kept(
    janas: FlaskClient, cast: Cast, make: Make, wrong: dict[str, str], said: str
) -> None:
    calendar(cast.jana)
    address = f"{TARGETS}/{make.category().slug}"
    sent = TARGET | wrong
    answer = janas.post(address, data=sent)
    assert answer.status_code == 422
    assert said in text_of(parse(answer))
    typed = forms(answer)[address]
    assert {name: typed[name] for name in sent if name != "calendar"} == {
        name: value for name, value in sent.items() if name != "calendar"
    }
    assert db.session.scalar(select(ServiceTarget)) is None


def test_a_target_that_its_calendar_never_reaches_is_refused(janas: FlaskClient, cast: Cast, make: Make) -> None:
    calendar(cast.jana, "Mo 8:00-8:01")
    answer = janas.post(f"{TARGETS}/{make.category().slug}", data=TARGET | {"first_hours": "5"})
    assert answer.status_code == 422
    assert "With this calendar that would take more than five years." in text_of(parse(answer))


def test_without_a_calendar_the_form_leads_to_one(janas: FlaskClient, make: Make) -> None:
    make.category()
    assert "First a calendar" in text_of(parse(janas.get(f"{TARGETS}/internet")))


def test_what_is_not_there_is_not_found(janas: FlaskClient, make: Make) -> None:
    for address in (f"{TARGETS}/nowhere", f"{CALENDARS}/4711", f"{CALENDARS}/4711/delete"):
        assert janas.post(address, data=SENT).status_code == 404
    for address in (f"{TARGETS}/nowhere", f"{CALENDARS}/4711"):
        assert janas.get(address).status_code == 404


# --- Doors

READ = (TARGETS, f"{TARGETS}/internet", CALENDARS, f"{CALENDARS}/1")
WRITE = (f"{TARGETS}/internet", CALENDARS, f"{CALENDARS}/1", f"{CALENDARS}/1/delete")


@pytest.mark.parametrize("who", ["alice", "carol", "dora", None])
def test_only_admins_come_in(make: Make, cast: Cast, browser_of, stranger: FlaskClient, who: str | None) -> None:  # type: ignore[no-untyped-def]
    promise(cast.jana, make.category(), 60)
    before = len(logged())
    browser = browser_of(getattr(cast, who)) if who else stranger
    for answer in [browser.get(address) for address in READ] + [
        browser.post(address, data=SENT | TARGET) for address in WRITE
    ]:
        assert answer.status_code == (403 if who else 303)
    assert len(logged()) == before
    row = db.session.scalars(select(ServiceTarget)).one()
    assert row.first_minutes == 60


def test_deleting_refuses_get(janas: FlaskClient) -> None:
    janas.post(CALENDARS, data=SENT)
    assert janas.get(f"{CALENDARS}/1/delete").status_code == 405
    assert stored() is not None


def test_the_way_there_is_shown_to_admins_alone(janas: FlaskClient, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    def leads(browser: FlaskClient) -> bool:
        """From the desk to the first page of the settings, and from there to this one."""
        found = re.search(r'href="(/moderation/settings/[^"]+)"', browser.get("/moderation").text)
        return found is not None and f'href="{TARGETS}"' in browser.get(found[1]).text

    assert leads(janas)
    assert not leads(browser_of(cast.dora))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pages_are_valid_with_and_without_what_is_wrong(
    janas: FlaskClient, cast: Cast, make: Make, language: str
) -> None:
    with writing():
        cast.jana.language = language
    empty = [janas.get(address) for address in READ[::2]]
    promise(cast.jana, make.category(), 60, 90, 4000)
    refused = [
        janas.post(CALENDARS, data={"name": "<b>", "zone": "x", "hours": "<i>", "holidays": '"'}),
        janas.post(f"{CALENDARS}/1", data=SENT | {"hours": "<i>"}),
        janas.post(f"{TARGETS}/internet", data=TARGET | {"first_hours": "-1"}),
        janas.post(f"{TARGETS}/internet", data=TARGET | {"calendar": ""}),
    ]
    for answer in [*empty, *(janas.get(address) for address in READ), *refused]:
        assert faults_of(answer.get_data(as_text=True)) == []


def test_a_target_of_a_category_is_an_event(janas: FlaskClient, cast: Cast, make: Make) -> None:
    promise(cast.jana, make.category(), 60)
    event = db.session.scalars(select(Event).where(Event.action == "target.changed")).one()
    assert (event.actor_id, event.payload["before"], event.payload["after"]["first"]) == (cast.jana.id, None, 60)
    assert setting.calendars()[0].name == "Office"


# --- Hours as people write them


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Mo-Fr 8:00-12:30, 13:30-18:00", {day: [[480, 750], [810, 1080]] for day in range(5)}),
        ("Monday to Friday: 8-12 and 13-17", {day: [[480, 720], [780, 1020]] for day in range(5)}),
        ("montag bis mittwoch 8.30 - 12 Uhr", {day: [[510, 720]] for day in range(3)}),
        ("Mon, Wed, Fri 9-10", {day: [[540, 600]] for day in (0, 2, 4)}),
        ("Di und Do: 9 Uhr - 10 Uhr", {day: [[540, 600]] for day in (1, 3)}),
        ("Sa & So 0:00–24:00", {day: [[0, 1440]] for day in (5, 6)}),
        ("Fr-Mo 10-11", {day: [[600, 660]] for day in (4, 5, 6, 0)}),
        ("So. 9:00-10:00; 9:30-11:00", {6: [[540, 660]]}),
        ("Sun-Sun 8-9", {6: [[480, 540]]}),
        ("Mo 8-9\n\nMo 9-10\n", {0: [[480, 600]]}),
        ("Thurs 8-9", {3: [[480, 540]]}),
    ],
)
def test_both_languages_are_understood(app, typed: str, expected: dict[int, list[list[int]]]) -> None:  # type: ignore[no-untyped-def]
    assert writing_hours.read_week(typed) == [expected.get(day, []) for day in range(7)]


block = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted)
day = st.lists(block, max_size=4).map(lambda blocks: [list(each) for each in merged(blocks)])
weeks = st.lists(day, min_size=7, max_size=7).filter(any)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(week=weeks, language=st.sampled_from(["de", "en"]))
def test_what_is_written_is_read_as_the_same(week: list[list[list[int]]], language: str) -> None:
    assert writing_hours.read_week(writing_hours.written_week(week, language)) == week


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(text=st.text(alphabet="MoDiFrSat 0123456789:-–,.\nuhrbisto", max_size=60) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        week = writing_hours.read_week(text)
    except Invalid:
        return
    assert any(week)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(days=st.dictionaries(st.dates().map(str), st.sampled_from(["", "Christmas Day", "Tag der Einheit"]), max_size=9))
def test_holidays_are_read_as_they_are_written(days: dict[str, str]) -> None:
    assert writing_hours.read_holidays(writing_hours.written_holidays(days)) == days
