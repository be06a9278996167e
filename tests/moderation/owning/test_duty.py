"""On duty: a switch at the desk that everyone turns for themselves; on until somebody turns it off."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from community.core.extensions import db
from moderation.owning import duty
from tests.making import Cast, Make
from tests.sending import forms, parse, text_of


def test_everyone_is_on_duty_until_they_say_no(cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    carol = browser_of(cast.carol)
    page = carol.get("/moderation?tab=mine")
    assert carol.post("/moderation/off-duty", data=forms(page)["/moderation/off-duty"]).status_code == 303
    db.session.rollback()
    assert (duty.is_on_duty(cast.carol), duty.is_on_duty(cast.dora)) == (False, True)
    page = carol.get("/moderation")
    answer = carol.post("/moderation/off-duty/end", data=forms(page)["/moderation/off-duty/end"])
    assert answer.status_code == 303
    db.session.rollback()
    assert duty.is_on_duty(cast.carol)


def test_who_is_off_duty_is_marked_where_a_thread_is_handed_over(make: Make, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    thread = make.thread(by=cast.alice)
    browser_of(cast.dora).post("/moderation/off-duty")
    text = text_of(parse(browser_of(cast.carol).get(f"/moderation?case={thread.id}")))
    assert "Dora (off duty)" in text


@pytest.mark.parametrize("address", ["/moderation/off-duty", "/moderation/off-duty/end"])
def test_customers_strangers_and_get_are_refused(
    cast: Cast,
    browser_of,
    stranger: FlaskClient,
    address: str,  # type: ignore[no-untyped-def]
) -> None:
    assert browser_of(cast.bob).post(address).status_code == 403
    assert stranger.post(address).headers["Location"].startswith("/login")
    assert browser_of(cast.carol).get(address).status_code == 405
    db.session.rollback()
    assert duty.off_duty() == set()
