"""Solved cases before a new thread: met once, offered and never imposed; "this solved it" is the best end of a draft."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community.core.events import Action, Event
from community.core.extensions import db, writing
from community.intake import looking, similar

from .conftest import BODY, TITLE, draft_at


def _facts(action: Action) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).where(Event.action == action.value).order_by(Event.id)))


@pytest.fixture
def case(make, cast):
    """A solved case."""
    return make.thread(title="The box blinks red after a thunderstorm", solved=True)


def test_going_on_leads_to_the_cases_that_were_not_seen_yet(stranger, asker_in, finds, case):
    secret = asker_in(stranger).begin()
    finds(case)
    onward = asker_in(stranger).describe(secret)
    assert onward.location == f"/ask/{secret}/similar"
    page = stranger.get(onward.location).text
    assert case.title in page
    assert "Restart the box" in page
    assert "This solved it" in page
    assert draft_at(secret).shown == [case.id]
    assert [fact.payload["cases"] for fact in _facts(Action.DRAFT_SHOWN_SIMILAR)] == [[case.id]]


def test_nobody_is_stopped_twice_for_the_same_cases(stranger, asker_in, finds, case):
    finds(case)
    secret = asker_in(stranger).ready()
    assert asker_in(stranger).describe(secret, body=BODY + " Still.").location == f"/ask/{secret}/check"


def test_nobody_is_stopped_for_what_was_shown_while_typing(stranger, asker_in, finds, case):
    finds(case)
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret, shown=[case.id]).location == f"/ask/{secret}/check"


def test_the_cases_for_a_title_that_is_known_already_are_on_the_page(stranger, asker_in, finds, case):
    finds(case)
    secret = asker_in(stranger).begin()
    page = stranger.get(f"/ask/{secret}/describe").text
    assert case.title in page
    assert f'name="shown" value="{case.id}"' in page


def test_the_button_to_look_needs_no_finished_text(stranger, asker_in, finds, case):
    finds(case)
    secret = asker_in(stranger).begin()
    answer = asker_in(stranger).describe(secret, body="", look="1")
    assert answer.location == f"/ask/{secret}/similar"
    assert case.title in stranger.get(answer.location).text


def test_without_cases_the_page_leads_straight_on(stranger, asker_in, finds):
    unfinished = asker_in(stranger).begin()
    assert stranger.get(f"/ask/{unfinished}/similar").location == f"/ask/{unfinished}/describe"
    assert "No solved case is like yours" in stranger.get(f"/ask/{unfinished}/describe").text
    ready = asker_in(stranger).ready()
    assert stranger.get(f"/ask/{ready}/similar").location == f"/ask/{ready}/check"


def test_not_quite_notes_what_was_open_and_goes_on(stranger, asker_in, finds, case):
    finds(case)
    secret = asker_in(stranger).ready()
    answer = stranger.post(f"/ask/{secret}/similar", data={"case": case.id})
    assert answer.location == f"/ask/{secret}/check"
    assert draft_at(secret).opened == [case.id]


def test_a_case_opened_while_typing_is_one_fact_however_often_it_is_told(stranger, asker_in, case):
    secret = asker_in(stranger).begin()
    for _again in range(3):
        answer = stranger.post(f"/ask/{secret}/opened", data={"case": case.id}, headers={"X-Fragment": "1"})
        assert answer.status_code == 204
    assert [fact.thread_id for fact in _facts(Action.DRAFT_OPENED_SIMILAR)] == [case.id]


def test_not_quite_without_scripts_keeps_what_was_typed(stranger, asker_in, case):
    secret = asker_in(stranger).begin()
    sent = {"case": case.id, "title": TITLE, "body": BODY}
    assert stranger.post(f"/ask/{secret}/opened", data=sent).location == f"/ask/{secret}/describe"
    assert draft_at(secret).body == BODY


def test_what_may_not_be_read_was_not_opened(cast, stranger, asker_in, make, case):
    secret = asker_in(stranger).begin()
    with writing():
        case.visibility = "hidden"
    stranger.post(f"/ask/{secret}/opened", data={"case": case.id}, headers={"X-Fragment": "1"})
    assert draft_at(secret).opened == []


# This solved it


@pytest.mark.parametrize("signed_in", [True, False])
def test_this_solved_it_closes_the_draft_and_is_a_fact(cast, browser_of, stranger, asker_in, finds, case, signed_in):
    browser = browser_of(cast.bob) if signed_in else stranger
    finds(case)
    secret = asker_in(browser).ready()
    answer = browser.post(f"/ask/{secret}/solved", data={"case": case.id})
    assert answer.location == f"/threads/{case.id}/{case.slug}"
    assert "Good that it is solved" in browser.get(answer.location).text
    draft = draft_at(secret)
    assert (draft.outcome, draft.outcome_thread_id) == ("solved", case.id)
    assert (draft.title, draft.body) == ("", "")
    fact = _facts(Action.DRAFT_SOLVED)[0]
    assert (fact.thread_id, fact.actor_id) == (case.id, cast.bob.id if signed_in else None)


def test_said_twice_it_is_solved_once(stranger, asker_in, case):
    secret = asker_in(stranger).ready()
    first, second = (stranger.post(f"/ask/{secret}/solved", data={"case": case.id}) for _ in range(2))
    assert first.location == second.location
    assert len(_facts(Action.DRAFT_SOLVED)) == 1


def test_an_unsolved_thread_solves_nothing(stranger, asker_in, make):
    thread = make.thread()
    secret = asker_in(stranger).ready()
    assert stranger.post(f"/ask/{secret}/solved", data={"case": thread.id}).status_code == 409
    assert draft_at(secret).title == TITLE


def test_a_hidden_case_solves_nothing(cast, stranger, asker_in, case):
    with writing():
        case.visibility = "hidden"
    secret = asker_in(stranger).ready()
    assert stranger.post(f"/ask/{secret}/solved", data={"case": case.id}).status_code == 404


# The same title


def test_the_same_title_is_one_stop_even_after_it_was_shown(stranger, asker_in, finds, make):
    same = make.thread(title="No Internet since the storm of last night!!", solved=True)
    finds(same)
    secret = asker_in(stranger).begin()
    onward = asker_in(stranger).describe(secret, shown=[same.id])
    assert onward.location == f"/ask/{secret}/similar"
    page = stranger.get(onward.location).text
    assert f'data-case="{same.id}" open' in page
    stranger.post(onward.location, data={"case": same.id})
    assert asker_in(stranger).describe(secret, body=BODY + " Still.").location == f"/ask/{secret}/check"


def test_an_open_thread_of_the_same_title_is_offered_and_never_a_wall(cast, browser_of, asker_in, finds, make):
    same = make.thread(title=TITLE + "?")
    bob = browser_of(cast.bob)
    secret = asker_in(bob).begin()
    onward = asker_in(bob).describe(secret)
    assert onward.location == f"/ask/{secret}/similar"
    assert f"/threads/{same.id}/{same.slug}" in bob.get(onward.location).text
    assert asker_in(bob).post(secret).status_code == 303


def test_a_thread_that_the_reader_may_not_see_stops_nobody(cast, stranger, asker_in, finds, make):
    same = make.thread(title=TITLE)
    with writing():
        same.visibility = "hidden"
    secret = asker_in(stranger).begin()
    assert asker_in(stranger).describe(secret).location == f"/ask/{secret}/check"


@pytest.mark.parametrize(
    "other",
    [
        "no internet since the storm of last night",
        "No internet, since the storm of last night?!",
        "No intrenet since the storm of last night",
    ],
)
def test_titles_that_are_all_but_the_same(other):
    assert looking.is_same_title(TITLE, other)


@pytest.mark.parametrize("other", ["No internet since Monday", "The storm of last night took our line", ""])
def test_titles_that_are_not_the_same(other):
    assert not looking.is_same_title(TITLE, other)


def test_spelled_out_umlauts_are_the_same():
    assert looking.is_same_title("Störung übers Wochenende", "Stoerung uebers Wochenende")


# The search is away


def _broken(title, body, language, viewer):
    raise OSError("the index is gone")


@pytest.mark.parametrize("finder", [None, _broken])
def test_asking_goes_on_without_the_search(cast, browser_of, asker_in, finds, finder):
    similar.provide(finder)
    browser = browser_of(cast.alice)
    secret = asker_in(browser).begin()
    assert browser.get(f"/ask/{secret}/describe").status_code == 200
    assert asker_in(browser).describe(secret).location == f"/ask/{secret}/check"
    assert asker_in(browser).post(secret).status_code == 303


def test_cases_in_another_category_are_a_hint(stranger, asker_in, finds, make):
    elsewhere = [
        make.thread(title=f"A bill that is wrong, number {n}", category="invoices", solved=True) for n in range(2)
    ]
    finds(*elsewhere)
    secret = asker_in(stranger).ready()
    page = stranger.get(f"/ask/{secret}/check").text
    assert "Cases like yours stand in “Invoices”" in page
