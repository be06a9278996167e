"""Attachments are rows, sealed where they are private, and served to nobody who may not have them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select, text

from community.attachments import keeping, serving
from community.attachments.inspection import Inspected
from community.attachments.models import Attachment, AttachmentBytes
from community.core import clock, doctor, limits, parking, sealing
from community.core.errors import TooMany
from community.core.extensions import db, writing
from tests.attachments.hostile import PDF, picture
from tests.making import Cast

PHOTO = Inspected("photo", "image/jpeg", "Zähler.jpg", b"the points of a photo", 40, 30)
DOCUMENT = Inspected("file", "application/pdf", "Rechnung.pdf", PDF)


def kept(inspected: Inspected, cast: Cast, is_private: bool = True) -> Attachment:
    with writing():
        return keeping.keep(inspected, by_id=cast.alice.id, is_private=is_private)


def test_what_is_private_is_sealed_and_comes_back_as_it_was(cast: Cast) -> None:
    attachment = kept(PHOTO, cast)
    assert (keeping.name_of(attachment), keeping.content(attachment)) == ("Zähler.jpg", PHOTO.content)
    row = db.session.get(AttachmentBytes, attachment.id)
    assert row
    assert row.content is None
    assert row.sealed_content
    assert b"points" not in row.sealed_content
    assert "hler" not in attachment.sealed_name


def test_a_new_key_seals_bytes_anew_and_public_ones_stay_open(cast: Cast) -> None:
    private, public = kept(PHOTO, cast), kept(DOCUMENT, cast, is_private=False)
    sealing.add_key()
    assert sealing.count_old() == 3  # two names, and the bytes of one
    assert sealing.seal_anew() == 3
    assert sealing.count_old() == 0
    db.session.expire_all()
    assert keeping.content(private) == PHOTO.content
    assert keeping.content(public) == PDF
    assert list(doctor.checks()["sealed"].problems()) == []


def test_only_the_owner_and_whom_a_room_names_may_fetch_it(
    app: Flask, cast: Cast, browser_of, stranger: FlaskClient
) -> None:  # type: ignore[no-untyped-def]
    attachment = kept(PHOTO, cast)
    address = f"/files/{attachment.secret}"
    assert browser_of(cast.alice).get(address).data == PHOTO.content
    everybody_else = [browser_of(cast.bob), browser_of(cast.carol), browser_of(cast.jana), stranger]
    assert [browser.get(address).status_code for browser in everybody_else] == [404] * 4
    serving.shown_to(app, lambda found, viewer: viewer is not None and viewer.id == cast.carol.id)
    assert [browser.get(address).status_code for browser in everybody_else] == [404, 200, 404, 404]
    assert browser_of(cast.alice).post(address).status_code == 405
    assert stranger.get("/files/nothing").status_code == 404


def test_files_are_saved_pictures_are_shown_and_neither_runs_anything(app: Flask, cast: Cast, browser_of) -> None:  # type: ignore[no-untyped-def]
    alice = browser_of(cast.alice)
    photo = alice.get(f"/files/{kept(PHOTO, cast).secret}").headers
    assert photo["Content-Disposition"].startswith("inline")
    assert photo["Cache-Control"] == "private, no-store"
    assert "ETag" not in photo
    public = kept(DOCUMENT, cast, is_private=False)
    document = alice.get(f"/files/{public.secret}").headers
    assert document["Content-Disposition"] == "attachment; filename=Rechnung.pdf"
    for headers in (photo, document):
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
    again = alice.get(f"/files/{public.secret}", headers={"If-None-Match": document["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_nothing_holds_is_forgotten_after_30_days(cast: Cast) -> None:
    held = kept(PHOTO, cast)
    kept(PHOTO, cast)
    with writing():
        keeping.bind(held)
    with clock.frozen(clock.now() + timedelta(days=31)):
        keeping.sweep()
    assert list(db.session.scalars(select(Attachment.id))) == [held.id]
    assert list(db.session.scalars(select(AttachmentBytes.id))) == [held.id]
    with writing():
        keeping.remove(held)
    assert not db.session.scalars(select(AttachmentBytes.id)).all()


def test_a_person_may_send_a_hundred_megabytes_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "upload", limits.Rate(3, 24 * 3600))
    large = Inspected("file", "text/plain", "a.txt", b"x" * 2048)
    kept(large, cast)
    kept(large, cast)
    with pytest.raises(TooMany):
        kept(large, cast)
    assert len(db.session.scalars(select(Attachment.id)).all()) == 2


def test_the_doctor_finds_rows_without_bytes(cast: Cast) -> None:
    check = doctor.checks()["attachments"]
    attachment = kept(PHOTO, cast)
    assert list(check.problems()) == []
    with writing():
        db.session.execute(text("DELETE FROM attachment_bytes"))
    assert list(check.problems()) == ["1 attachments have lost their bytes"]
    assert attachment.id


def test_the_fields_and_views_say_what_they_are(app: Flask, cast: Cast) -> None:
    photo, document = kept(PHOTO, cast), kept(DOCUMENT, cast)
    with app.test_request_context("/"):
        page = render_template_string(
            "{% from 'macros/files.html' import photo_field, file_field, attachment_view with context %}"
            "{{ photo_field('meter', 'Your meter', 'Straight from the front', ['Too dark.'], photo, required=true) }}"
            "{{ file_field('log', 'The log', none, []) }}{{ attachment_view(document) }}",
            photo=photo,
            document=document,
        )
    assert f'<img src="/files/{photo.secret}" alt="Zähler.jpg" width="40" height="30"' in page
    assert 'aria-describedby="meter-taken meter-hint meter-error"' in page
    assert "Rechnung.pdf <span" in page
    assert "capture" not in page
    assert page.count(" required") == 0  # one was sent already; the other is optional


def test_a_form_with_a_photo_is_parked_without_it(app: Flask) -> None:
    fields = {"body": "A long text that nobody wants to lose", "meter": (BytesIO(picture()), "meter.jpg")}
    with app.test_request_context("/anywhere", method="POST", data=fields):
        assert parking.park()
        kept_form = parking.parked()
    assert kept_form
    assert kept_form.fields == [("body", fields["body"])]
